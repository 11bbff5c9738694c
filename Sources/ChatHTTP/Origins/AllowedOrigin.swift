internal import Foundation
internal import MicroHTTPD

/// A site whose pages may use this server from a browser: an origin as browsers write it (RFC 6454), or every one.
public enum AllowedOrigin: Hashable, Sendable {
    case any
    /// Lower case, without the scheme's standard port.
    case named(String)

    /// Why a text is no origin, for the person who wrote it.
    public struct Unsound: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// - Parameter text: `*`, or a scheme and a host, perhaps with a port: `https://chat.example`.
    public init(_ text: String) throws(Unsound) {
        if text == "*" {
            self = .any
            return
        }
        func unsound(_ reason: String) -> Unsound {
            Unsound(
                description:
                    "'\(text)' \(reason); an origin is like https://chat.example or http://localhost:3000, or *.")
        }
        if text == "null" { throw unsound("is the origin of every page that hides its own") }
        guard let separator = text.range(of: "://"), Self.isScheme(text[..<separator.lowerBound]) else {
            throw unsound("has no scheme such as https://")
        }
        let authority = text[separator.upperBound...]
        if authority.contains("/") { throw unsound("has a path, if only a slash at its end") }
        if authority.contains("*") { throw unsound("has a * in it, which stands for every origin or for none") }
        guard Self.isAuthority(authority) else {
            throw unsound("has no host that is written in ASCII letters, digits, dots and hyphens")
        }
        self = .named(Self.normalized(text))
    }

    /// As origins are compared.
    static func normalized(_ origin: String) -> String {
        let origin = origin.lowercased()
        for (scheme, port) in [("http://", ":80"), ("https://", ":443")]
        where origin.hasPrefix(scheme) && origin.hasSuffix(port) {
            return String(origin.dropLast(port.count))
        }
        return origin
    }

    /// RFC 3986 §3.1.
    private static func isScheme(_ text: Substring) -> Bool {
        text.first.map { $0.isASCII && $0.isLetter } ?? false
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }

    /// `name`, `name:port`, `[address]` or `[address]:port`.
    private static func isAuthority(_ text: Substring) -> Bool {
        var host = text
        if let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") {
            let port = text[text.index(after: colon)...]
            guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), UInt16(port) != nil else { return false }
            host = text[..<colon]
        }
        if host.hasPrefix("[") && host.hasSuffix("]") {
            return IPAddress(String(host.dropFirst().dropLast())).map { _ in true } ?? false
        }
        return !host.isEmpty && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
    }
}
