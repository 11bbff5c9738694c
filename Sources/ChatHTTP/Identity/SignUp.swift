/// Who may make an account by themselves.
public enum SignUp: String, Sendable, CaseIterable {
    case open
    /// Whoever has an invitation.
    case invite
    case closed
}
