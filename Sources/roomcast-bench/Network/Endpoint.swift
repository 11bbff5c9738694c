import Glibc

/// Where the server listens, from a URL such as `http://127.0.0.1:8080`.
struct Endpoint {
    /// As it stands in the URL, for the `Host` header.
    let authority: String
    let address: SocketAddress

    /// Resolves the name, which may wait for DNS.
    init(url: String) throws {
        let scheme = "http://"
        guard url.hasPrefix(scheme) else { throw BenchError("not an http:// URL: \(url)") }
        authority = String(url.dropFirst(scheme.count).prefix { $0 != "/" })
        let hasPort = authority.last != "]" && authority.contains(":")
        let colon = hasPort ? authority.lastIndex(of: ":")! : authority.endIndex
        let port = hasPort ? String(authority[colon...].dropFirst()) : "80"
        let host = authority[..<colon].filter { $0 != "[" && $0 != "]" }
        address = try SocketAddress(host: host, port: port)
    }
}
