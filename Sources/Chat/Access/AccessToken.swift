/// A credential of an account for a script or a bot.
public struct AccessToken: Hashable, Codable, Sendable {
    /// The position of the entry that made it.
    public let id: Int64
    public let hash: String
    public let account: AccountID
    /// What its owner calls it.
    public let name: String
    public let scopes: Scopes
    public let createdAt: Timestamp
    public let expiresAt: Timestamp?
    /// To some minutes.
    public var lastUsedAt: Timestamp?
}
