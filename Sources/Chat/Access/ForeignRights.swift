/// What a JSON Web Token says about rooms.
public struct ForeignRights: Hashable, Sendable {
    public enum Right: String, Hashable, Sendable {
        case read, write
    }

    public let rooms: [RoomName: Right]
    /// In public rooms that are not named; `nil` for none.
    public let elsewhere: Right?

    public init(rooms: [RoomName: Right], elsewhere: Right?) {
        self.rooms = rooms
        self.elsewhere = elsewhere
    }
}
