internal import Foundation

/// Who posts: a display name, and the identity under which idempotency keys, and rights, are kept apart.
public struct Sender: Hashable, Sendable {
    /// What others see.
    public let name: String
    public let isGuest: Bool
    /// Stable text that no other sender has. Guests who gave no name share one, so their keys must be long.
    public let identity: String

    /// Unicode scalars in a name.
    public static let maximumNameLength = 64

    /// A guest under a name of their own choice.
    public static func guest(named given: String) throws(ChatError) -> Sender {
        let name = try checkedName(given)
        return Sender(name: name, isGuest: true, identity: identity(ofGuestNamed: name))
    }

    /// A guest who gave no name and is shown under `name`.
    public static func anonymousGuest(shownAs name: String) -> Sender {
        Sender(name: name, isGuest: true, identity: "guest")
    }

    public var isAnonymous: Bool { identity == "guest" }

    /// A guest whose browser keeps a cookie of its own, and who so is the same one later.
    ///
    /// - Parameter session: letters and digits.
    public static func guest(named given: String, session: String) throws(ChatError) -> Sender {
        Sender(name: try checkedName(given), isGuest: true, identity: "guest-session:" + session)
    }

    /// An account, under its name.
    public static func account(_ id: AccountID, named name: String) -> Sender {
        Sender(name: name, isGuest: false, identity: identity(of: id))
    }

    /// Somebody whom another server vouches for.
    ///
    /// - Parameter subject: as that server knows them.
    public static func foreign(_ subject: String, named given: String) throws(ChatError) -> Sender {
        Sender(name: try checkedName(given), isGuest: false, identity: "jwt:" + subject)
    }

    static func identity(ofGuestNamed name: String) -> String { "guest:" + name }
    static func identity(of account: AccountID) -> String { "account:\(account)" }

    static func account(ofIdentity identity: String) -> AccountID? {
        guard identity.hasPrefix("account:") else { return nil }
        return Int64(identity.dropFirst("account:".count)).map(AccountID.init(rawValue:))
    }

    /// `nil` for everybody who is none.
    public var account: AccountID? { Self.account(ofIdentity: identity) }

    /// NFC, without white space at the ends, no control or invisible formatting characters, no line breaks.
    private static func checkedName(_ given: String) throws(ChatError) -> String {
        if isPlain(given) { return given }
        // Before it is normalized, which takes a long name longer than it is.
        guard given.utf8.count <= 16 * maximumNameLength else {
            throw .badUserName(reason: "it is longer than \(maximumNameLength) characters can be")
        }
        let name = given.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !name.isEmpty else { throw .badUserName(reason: "it is empty") }
        guard name.unicodeScalars.count <= maximumNameLength else {
            throw .badUserName(
                reason: "it has \(name.unicodeScalars.count) characters, at most \(maximumNameLength) are allowed")
        }
        var previous: Unicode.Scalar?
        for scalar in name.unicodeScalars {
            guard canBeSeen(scalar, after: previous) else {
                throw .badUserName(
                    reason: "it contains U+\(String(scalar.value, radix: 16, uppercase: true)), which cannot be seen")
            }
            previous = scalar
        }
        return name
    }

    /// Whether it is of visible ASCII, with spaces only within: then there is nothing to normalize, and nothing to look up.
    private static func isPlain(_ given: String) -> Bool {
        let bytes = given.utf8
        return (1...maximumNameLength).contains(bytes.count) && bytes.allSatisfy { (0x20...0x7e).contains($0) }
            && bytes.first != 0x20 && bytes.last != 0x20
    }

    private static func canBeSeen(_ scalar: Unicode.Scalar, after previous: Unicode.Scalar?) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
        default: break
        }
        // Fillers and selectors: letters and marks by their category, and yet two names with and without look the same.
        guard scalar.properties.isDefaultIgnorableCodePoint else { return true }
        // As in ❤️, which is two.
        return scalar == "\u{fe0f}" && previous.map { $0.properties.isEmoji && !$0.isASCII } ?? false
    }
}
