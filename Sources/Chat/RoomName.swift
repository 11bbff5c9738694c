internal import Foundation

/// The name of a room, in the one spelling under which it is stored: NFC, lower case.
public struct RoomName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Unicode scalars, after normalization.
    public static let maximumLength = 64

    public static let lobby = RoomName(stored: "lobby")

    /// Stands for every room, where rooms are asked for. No room can have this name.
    public static let every = RoomName(stored: "*")

    public let text: String

    /// Normalizes and checks a name that a person gave.
    ///
    /// Letters and digits of any script, the marks that complete a letter, `-` and `_`.
    public init(_ given: String) throws(ChatError) {
        if let text = Self.plain(given) {
            self.text = text
            return
        }
        // Before it is normalized, which takes a long name longer than it is.
        guard given.utf8.count <= 16 * Self.maximumLength else {
            throw .badRoomName(
                String(given.prefix(Self.maximumLength)) + "…",
                reason: "it is longer than \(Self.maximumLength) characters can be")
        }
        let text = given.precomposedStringWithCanonicalMapping.lowercased().precomposedStringWithCanonicalMapping
        let scalars = text.unicodeScalars
        guard !scalars.isEmpty else { throw .badRoomName(given, reason: "it is empty") }
        guard scalars.count <= Self.maximumLength else {
            throw .badRoomName(
                given, reason: "it has \(scalars.count) characters, at most \(Self.maximumLength) are allowed")
        }
        var previous: Unicode.Scalar?
        for scalar in scalars {
            guard Self.isAllowed(scalar, after: previous) else {
                throw .badRoomName(
                    given,
                    reason:
                        "only letters, digits, '-' and '_' are allowed, not U+\(String(scalar.value, radix: 16, uppercase: true))"
                )
            }
            previous = scalar
        }
        self.text = text
    }

    /// A name read back from storage, where only checked names are.
    public init(stored text: String) {
        self.text = text
    }

    /// Most names are of ASCII. Normalizing one and looking its characters up in Unicode's tables takes 17,000 instructions
    /// (callgrind), a quarter of what storing a message does, so that is for the others.
    ///
    /// - Returns: the stored spelling of such a name; `nil` if it is none, or not allowed.
    private static func plain(_ given: String) -> String? {
        guard (1...maximumLength).contains(given.utf8.count) else { return nil }
        var hasUpperCase = false
        for byte in given.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                continue
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): hasUpperCase = true
            default: return nil
            }
        }
        return hasUpperCase ? given.lowercased() : given
    }

    private static func isAllowed(_ scalar: Unicode.Scalar, after previous: Unicode.Scalar?) -> Bool {
        // Fillers and selectors are letters and marks too: rooms that look the same would be two.
        if scalar.properties.isDefaultIgnorableCodePoint { return false }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        case .nonspacingMark, .spacingMark: previous != nil
        default: scalar == "-" || scalar == "_"
        }
    }

    public static func < (left: RoomName, right: RoomName) -> Bool { left.text < right.text }

    public var description: String { text }
}

/// As its stored spelling.
extension RoomName: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(stored: try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
