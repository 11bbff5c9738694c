internal import Foundation

/// A name that an account can have: what a guest may be called, and stricter, since an account's name is to be typed, and
/// not to be mistaken.
public struct AccountName: Hashable, Sendable, CustomStringConvertible {
    /// NFC, 1–64 Unicode scalars: letters, marks and digits of scripts that are written together, and between them single
    /// spaces, `.`, `-`, `_` and `'`.
    public let text: String

    /// What no other account and no guest may share.
    public let key: NameKey

    /// Unicode scalars in a name.
    public static let maximumLength = 64

    /// How names begin that guests are given.
    public static let guestPrefix = "guest-"

    private static let guestPrefixKey = NameKey(guestPrefix)

    /// Checks a name that someone wants. Any thread.
    public init(_ given: String) throws(AccountNameError) {
        // Before it is normalized, which takes a long name longer than it is.
        guard given.utf8.count <= 16 * Self.maximumLength else {
            throw .tooLong(characters: given.unicodeScalars.count, limit: Self.maximumLength)
        }
        let text = given.precomposedStringWithCanonicalMapping
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last else { throw .empty }
        guard scalars.count <= Self.maximumLength else {
            throw .tooLong(characters: scalars.count, limit: Self.maximumLength)
        }
        for scalar in scalars where !Self.isAllowed(scalar) { throw .characterNotAllowed(scalar) }
        guard first != " ", last != " ", !text.utf8.hasDoubleSpace else { throw .spaces }
        guard scalars.contains(where: { Self.isLetterOrDigit($0) }) else { throw .noLetter }
        if Self.isMark(first) { throw .beginsWithMark }
        let key = NameKey(text)
        guard !key.text.utf8.starts(with: Self.guestPrefixKey.text.utf8) else { throw .forGuests }
        let faults = ICU.faults(of: Array(text.utf16))
        if faults.contains(.mixedScripts) { throw .mixedScripts }
        if faults.contains(.mixedNumbers) { throw .mixedNumbers }
        if faults.contains(.hiddenMark) { throw .hiddenMark }
        self.text = text
        self.key = key
    }

    public var description: String { text }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case " ", ".", "-", "_", "'": true
        // Fillers and joiners are letters and marks by their category, and cannot be seen.
        default: (isLetterOrDigit(scalar) || isMark(scalar)) && !scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: false
        }
    }

    /// Enclosing marks are none that a name is written with.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark: true
        default: false
        }
    }
}

/// Why an account cannot have a name.
public enum AccountNameError: Error, Hashable, Sendable {
    case empty
    case tooLong(characters: Int, limit: Int)
    case characterNotAllowed(Unicode.Scalar)
    /// At the beginning or the end, or two in a row.
    case spaces
    case noLetter
    case beginsWithMark
    case mixedScripts
    case mixedNumbers
    case hiddenMark
    case forGuests

    /// In words that go on from "The name cannot be used: ".
    public var reason: String {
        switch self {
        case .empty: "it is empty"
        case .tooLong(let characters, let limit): "it has \(characters) characters, at most \(limit) are allowed"
        case .characterNotAllowed(let scalar):
            "it contains U+\(String(scalar.value, radix: 16, uppercase: true)); letters, digits, spaces and . - _ ' are "
                + "allowed"
        case .spaces: "a space may stand only between two other characters"
        case .noLetter: "it has neither a letter nor a digit"
        case .beginsWithMark: "it begins with a mark that belongs on a letter"
        case .mixedScripts: "it mixes letters of scripts that are not written together"
        case .mixedNumbers: "it mixes digits of several scripts"
        case .hiddenMark: "it has a mark that cannot be seen on its letter"
        case .forGuests: "names that begin with \(AccountName.guestPrefix) are the guests'"
        }
    }
}

extension String.UTF8View {
    /// Whether two spaces stand beside each other.
    fileprivate var hasDoubleSpace: Bool {
        zip(self, dropFirst()).contains { $0 == 0x20 && $1 == 0x20 }
    }
}
