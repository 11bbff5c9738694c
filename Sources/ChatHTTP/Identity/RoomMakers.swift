/// Whose first message, or wish, makes a room.
public enum RoomMakers: String, Sendable, CaseIterable {
    case anyone
    /// Accounts.
    case members
    case admins
}
