internal import MicroHTTPD

/// The cookie in which a browser keeps who it has signed in as (RFC 6265).
///
/// Over TLS its name begins with `__Host-`: a browser takes that from this very host alone, and over TLS, so that neither another host
/// of the same domain nor whoever is in the way of plain HTTP can put a session of theirs in its place (RFC 6265bis §4.1.3.2).
enum SessionCookie {
    private static let plainName = "roomcast"
    private static let hostName = "__Host-roomcast"

    /// The one that only this host can have set, if there is one. The plain one counts over TLS, too: whoever signed in
    /// when the server knew no other, or had no TLS, stays signed in.
    ///
    /// - Parameter headers: the values of all `Cookie` lines.
    static func value(in headers: [String]) -> String? {
        value(named: hostName, in: headers) ?? value(named: plainName, in: headers)
    }

    private static func value(named name: String, in headers: [String]) -> String? {
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

    /// Scripts cannot read it, and other sites' pages do not send it with what changes something. Of the two there is one afterwards.
    static func setting(_ value: String, days: Int, isSecure: Bool) -> [Header] {
        guard isSecure else { return [line(plainName, value, days: days, isSecure: false)] }
        return [
            line(hostName, value, days: days, isSecure: true), line(plainName, "", days: 0, isSecure: true),
        ]
    }

    /// Both, whichever the browser has; it takes nothing of a `__Host-` name that is not `Secure`.
    static func clearing(isSecure: Bool) -> [Header] {
        [line(plainName, "", days: 0, isSecure: isSecure), line(hostName, "", days: 0, isSecure: true)]
    }

    private static func line(_ name: String, _ value: String, days: Int, isSecure: Bool) -> Header {
        Header(
            "Set-Cookie",
            "\(name)=\(value); Path=/; Max-Age=\(days * 86_400); HttpOnly; SameSite=Lax" + (isSecure ? "; Secure" : ""))
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var text = self.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
