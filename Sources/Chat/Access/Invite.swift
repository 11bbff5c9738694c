/// Lets whoever has its secret make an account.
public struct Invite: Hashable, Codable, Sendable {
    public let id: Int64
    public let hash: String
    public let role: Account.Role
    public let expiresAt: Timestamp
    public var usesLeft: Int
    public let createdBy: String
}
