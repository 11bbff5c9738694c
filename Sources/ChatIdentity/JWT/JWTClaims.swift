public import Chat

/// Whom a JWT stands for, and what it lets them do. Nobody is an administrator by a JWT, whatever it says.
public struct JWTClaims: Hashable, Sendable {
    /// `sub`: 1–128 bytes of UTF-8, none of them a control character.
    public let subject: String
    /// `name`: what others are to see, as the issuer wrote it; nothing of it is checked.
    public let name: String?
    /// `rooms`; `nil` where the issuer says nothing of them.
    public let rooms: [RoomName: RoomGrant]?
    /// `exp`.
    public let expiresAt: Timestamp

    /// Bytes in a subject.
    public static let maximumSubjectLength = 128

    /// What it lets them do in a room; `nil` where nothing. What stands for every room is for all that members may enter, and
    /// counts where the room itself is not named.
    public func grant(in room: RoomName) -> RoomGrant? {
        rooms?[room] ?? rooms?[.every]
    }
}

/// What somebody may do in a room.
public enum RoomGrant: String, Hashable, Sendable {
    case read
    /// And read.
    case write
}
