/// The number of an account: the position of the entry that made it, so that no account ever gets an earlier one's.
public struct AccountID: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    public static func < (left: AccountID, right: AccountID) -> Bool { left.rawValue < right.rawValue }

    public var description: String { String(rawValue) }
}

/// Somebody who is known to the server, whatever they prove it with.
public struct Account: Hashable, Codable, Sendable {
    public enum Role: String, Codable, Sendable, CaseIterable {
        case member
        /// May do what the owner of any room may, and manage accounts.
        case admin
    }

    public let id: AccountID
    /// As it is shown.
    public let name: String
    /// The form under which no other account's name is the same: see `NameKey` of ChatIdentity.
    public let key: String
    public var role: Role
    /// In PHC form; `nil` for an account that cannot sign in with one.
    public var passwordHash: String?
    /// It can do nothing until it is enabled again.
    public var isDisabled: Bool
    public let createdAt: Timestamp

    /// Under which its idempotency keys and its rights are kept.
    public var sender: Sender { .account(id, named: name) }
}
