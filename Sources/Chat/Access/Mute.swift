/// Somebody may not write in a room for a time.
public struct Mute: Hashable, Codable, Sendable {
    public let room: RoomName
    /// A sender's identity.
    public let identity: String
    /// As it is shown.
    public let name: String
    public let until: Timestamp
    /// Who did it, and why: added where it is applied.
    public internal(set) var by: String?
    public internal(set) var why: String?

    public init(room: RoomName, identity: String, name: String, until: Timestamp) {
        self.room = room
        self.identity = identity
        self.name = name
        self.until = until
    }
}
