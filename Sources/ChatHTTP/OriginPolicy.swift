internal import MicroHTTPD

/// Keeps other web sites from acting through a visitor's browser, on a server that only that browser may reach: a request
/// that changes something must not come from another origin, with cookies or without.
///
/// Browsers send `Sec-Fetch-Site` and `Origin`, and scripts in a page cannot forge them; `curl` sends neither.
enum OriginPolicy {
    static func check(_ request: borrowing Request) throws(Problem) {
        if request.header("Sec-Fetch-Site") == "cross-site" { throw refusal(request.header("Origin")) }
        guard let origin = request.header("Origin") else { return }
        guard let host = request.header("Host"), authority(ofOrigin: origin) == normalized(host) else {
            throw refusal(origin)
        }
    }

    private static func refusal(_ origin: String?) -> Problem {
        Problem(
            403, "cross_origin",
            "The request comes from a page of \(origin ?? "another site"), which may not post here.")
    }

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
