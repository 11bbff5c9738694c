internal import MicroHTTPD

/// Keeps other web sites from acting through a visitor's browser, on a server that only that browser may reach: a request
/// that changes something must not come from another origin, with cookies or without, unless that origin is allowed.
///
/// Browsers send `Sec-Fetch-Site` and `Origin`, and scripts in a page cannot forge them; `curl` sends neither.
struct OriginPolicy: Sendable {
    private let named: Set<String>
    private let allowsAny: Bool

    init(_ allowed: [AllowedOrigin]) {
        named = Set(
            allowed.compactMap { if case .named(let origin) = $0 { origin } else { nil } })
        allowsAny = allowed.contains(.any)
    }

    /// Whether answers depend on where a request comes from.
    var isEmpty: Bool { named.isEmpty && !allowsAny }

    func check(_ request: borrowing Request) throws(Problem) {
        let origin = request.header("Origin")
        if allowsAny || isNamed(origin) { return }
        if request.header("Sec-Fetch-Site") == "cross-site" { throw Self.refusal(origin) }
        guard let origin else { return }
        guard let host = request.header("Host"), Self.authority(ofOrigin: origin) == Self.normalized(host) else {
            throw Self.refusal(origin)
        }
    }

    /// A request that has a cookie's rights must say that it comes from this server's own pages, or from a site that was named: every
    /// browser does.
    func checkCookie(_ request: borrowing Request) throws(Problem) {
        let origin = request.header("Origin")
        if isNamed(origin) { return }
        switch request.header("Sec-Fetch-Site") {
        case "same-origin": return
        case nil:
            if let origin, let host = request.header("Host"), Self.authority(ofOrigin: origin) == Self.normalized(host)
            {
                return
            }
        default: break
        }
        throw Problem(
            403, "cross_origin",
            "A session's cookie counts only for requests from this server's own pages. A script shows a token: "
                + "Authorization: Bearer.")
    }

    private func isNamed(_ origin: String?) -> Bool {
        origin.map { named.contains(AllowedOrigin.normalized($0)) } ?? false
    }

    private static func refusal(_ origin: String?) -> Problem {
        Problem(
            403, "cross_origin",
            "The request comes from a page of \(origin ?? "another site"), which may not post here, unless the server is "
                + "started with --allow-origin for it.")
    }

    // MARK: Cross-Origin Resource Sharing (Fetch Standard)

    /// What every answer says about who may read it.
    ///
    /// Credentials go with a name only: whoever allows everyone has not thought of what a visitor's cookie may do.
    func headers(for origin: String?) -> [Header] {
        if isEmpty { return [] }
        var headers: [Header] = []
        if let origin, isNamed(origin) {
            headers = [
                Header("Access-Control-Allow-Origin", origin), Header("Access-Control-Allow-Credentials", "true"),
                Self.exposed,
            ]
        } else if allowsAny {
            headers = [Header("Access-Control-Allow-Origin", "*"), Self.exposed]
        }
        // Caches must not hand one site's answer to another.
        if !named.isEmpty { headers.append(Header("Vary", "Origin")) }
        return headers
    }

    /// What else a browser wants to know before it lets a page of an allowed origin send more than a simple request. Those
    /// of `headers(for:)` are needed with it.
    func preflight(_ request: borrowing Request, methods: String) -> [Header] {
        guard request.header("Access-Control-Request-Method") != nil, let origin = request.header("Origin"),
            allowsAny || isNamed(origin)
        else { return [] }
        return [
            Header("Access-Control-Allow-Methods", methods),
            Header("Access-Control-Allow-Headers", "Content-Type, Idempotency-Key, Last-Event-ID, Authorization"),
            Header("Access-Control-Max-Age", "\(Self.preflightSeconds)"),
        ]
    }

    private static let preflightSeconds = 600
    private static let exposed = Header("Access-Control-Expose-Headers", "Location, Retry-After, ETag")

    // MARK: The server's own origin

    /// `https://chat.example:443` is `chat.example`. The scheme does not count: a proxy in front may have taken TLS off.
    private static func authority(ofOrigin origin: String) -> String? {
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            return normalized(String(origin.dropFirst(scheme.count)))
        }
        return nil
    }

    private static func normalized(_ authority: String) -> String {
        var authority = authority.lowercased()
        for standardPort in [":80", ":443"] where authority.hasSuffix(standardPort) {
            authority.removeLast(standardPort.count)
        }
        return authority
    }
}
