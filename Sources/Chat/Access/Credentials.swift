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

/// What a bearer may do, beside what the account may that it speaks for.
public struct Scopes: Hashable, Codable, Sendable {
    public enum Right: String, Codable, Sendable, CaseIterable {
        case read, write, moderate
    }

    public var rights: [Right]
    /// `nil` for every room that the account may enter.
    public var rooms: [RoomName]?

    public init(rights: [Right], rooms: [RoomName]? = nil) {
        self.rights = rights
        self.rooms = rooms
    }

    func allows(_ right: Right, in room: RoomName) -> Bool {
        rights.contains(right) && rooms?.contains(room) ?? true
    }
}

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

/// Lets whoever has its secret make an account.
public struct Invite: Hashable, Codable, Sendable {
    public let id: Int64
    public let hash: String
    public let role: Account.Role
    public let expiresAt: Timestamp
    public var usesLeft: Int
    public let createdBy: String
}
