internal import MicroHTTPD

/// The cookie in which a browser keeps who it has signed in as (RFC 6265).
enum SessionCookie {
    private static let name = "roomcast"

    /// - Parameter headers: the values of all `Cookie` lines.
    static func value(in headers: [String]) -> String? {
        for header in headers {
            for pair in header.elements(separatedBy: ";") {
                guard let equals = pair.utf8.firstIndex(of: UInt8(ascii: "=")),
                    pair[..<equals].trimmingSpaces() == name
                else { continue }
                return String(pair[pair.utf8.index(after: equals)...].trimmingSpaces())
            }
        }
        return nil
    }

    /// Scripts cannot read it, and other sites' pages do not send it with what changes something.
    static func setting(_ value: String, days: Int, isSecure: Bool) -> Header {
        Header(
            "Set-Cookie",
            "\(name)=\(value); Path=/; Max-Age=\(days * 86_400); HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : ""))
    }

    static func clearing(isSecure: Bool) -> Header { setting("", days: 0, isSecure: isSecure) }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var text = self.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
