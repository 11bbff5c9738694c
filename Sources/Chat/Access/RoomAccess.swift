/// What somebody may do in one room.
public struct RoomAccess: Hashable, Sendable {
    /// Without it nothing of the room is told.
    public var mayRead = false
    public var mayWrite = false
    public var mayModerate = false
    public var mayOwn = false
    /// It says so itself; an admin may do what an owner may without being one.
    public var role: RoomRole?
    /// Of a sender who may read and not write.
    public var mutedUntil: Timestamp?

    public init() {}
}
