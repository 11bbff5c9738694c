internal import Foundation

/// A password as somebody typed it, on any keyboard: NFC, and every space the same (RFC 8265, section 4.2).
public struct Password: Sendable, CustomStringConvertible {
    /// 8–256, in UTF-8.
    let bytes: [UInt8]

    /// Bytes in a password.
    public static let lengths = 8...256

    /// Any thread.
    public init(_ given: String) throws(PasswordError) {
        // Before it is normalized, which takes a long text longer than it is; nothing gets shorter than a third by that.
        guard given.utf8.count <= 4 * Self.lengths.upperBound else {
            throw .tooLong(bytes: given.utf8.count, limit: Self.lengths.upperBound)
        }
        let composed = given.precomposedStringWithCanonicalMapping
        var scalars = String.UnicodeScalarView()
        for scalar in composed.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control: throw .controlCharacter
            case .spaceSeparator: scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        bytes = Array(String(scalars).utf8)
        guard bytes.count >= Self.lengths.lowerBound else {
            throw .tooShort(bytes: bytes.count, minimum: Self.lengths.lowerBound)
        }
        guard bytes.count <= Self.lengths.upperBound else {
            throw .tooLong(bytes: bytes.count, limit: Self.lengths.upperBound)
        }
    }

    /// Nothing of it.
    public var description: String { "a password" }
}

/// Why a text is no password. Who signs in with such a text has the wrong password, and need not be told more.
public enum PasswordError: Error, Hashable, Sendable {
    case tooShort(bytes: Int, minimum: Int)
    case tooLong(bytes: Int, limit: Int)
    case controlCharacter

    /// In words that go on from "The password cannot be used: ".
    public var reason: String {
        switch self {
        case .tooShort(let bytes, let minimum): "it has \(bytes) bytes, at least \(minimum) are needed"
        case .tooLong(let bytes, let limit): "it has \(bytes) bytes, at most \(limit) are allowed"
        case .controlCharacter: "it contains a line break, a tab or another control character"
        }
    }
}
