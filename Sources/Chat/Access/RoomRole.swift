/// What somebody is in a room.
public enum RoomRole: String, Codable, Sendable, CaseIterable, Comparable {
    /// May not enter.
    case banned
    case member
    /// May delete messages, mute, and ban.
    case moderator
    /// May decide about the room, and who is what in it.
    case owner

    private var rank: Int { Self.allCases.firstIndex(of: self)! }

    public static func < (left: RoomRole, right: RoomRole) -> Bool { left.rank < right.rank }
}
