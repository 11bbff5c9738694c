/// That somebody has signed in. Known by the hash of what their cookie holds.
public struct Session: Hashable, Codable, Sendable {
    /// SHA-256 of the secret, base64url.
    public let hash: String
    public let account: AccountID
    public let startedAt: Timestamp
    /// Moved on while the session is used.
    public var expiresAt: Timestamp
    /// What the browser called itself, at most 200 characters.
    public let agent: String

    public init(hash: String, account: AccountID, startedAt: Timestamp, expiresAt: Timestamp, agent: String) {
        self.hash = hash
        self.account = account
        self.startedAt = startedAt
        self.expiresAt = expiresAt
        self.agent = agent
    }

    /// As its owner names it, who must not need the secret for that.
    public var publicID: String { String(hash.prefix(12)) }
}
