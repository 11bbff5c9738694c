internal import Foundation

/// Bytes as text (RFC 4648) without padding.
///
/// Each sequence of bytes has one text and no other is read, so that a text that was changed anywhere is noticed.
enum Base64 {
    /// `A`–`Z`, `a`–`z`, `0`–`9`, `-` and `_`: safe in a cookie, in an address and in a file's name.
    static func urlText(_ bytes: some Sequence<UInt8>) -> String {
        text(bytes).replacing("+", with: "-").replacing("/", with: "_")
    }

    static func bytes(urlText text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") }) else { return nil }
        return bytes(text: String(text).replacing("-", with: "+").replacing("_", with: "/"))
    }

    /// With `+` and `/`.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(Data(bytes).base64EncodedString().prefix { $0 != "=" })
    }

    static func bytes(text: some StringProtocol) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: text + padding), Self.text(data) == text else { return nil }
        return Array(data)
    }
}
