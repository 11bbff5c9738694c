/// Somebody may not write in a room for a time.
public struct Mute: Hashable, Codable, Sendable {
    public let room: RoomName
    /// A sender's identity.
    public let identity: String
    /// As it is shown.
    public let name: String
    public let until: Timestamp

    public init(room: RoomName, identity: String, name: String, until: Timestamp) {
        self.room = room
        self.identity = identity
        self.name = name
        self.until = until
    }
}
