/// Who may make an account by themselves.
public enum SignUp: String, Sendable, CaseIterable {
    case open
    /// Whoever has an invitation.
    case invite
    case closed
}

/// Whose first message, or wish, makes a room.
public enum RoomMakers: String, Sendable, CaseIterable {
    case anyone
    /// Accounts.
    case members
    case admins
}
