/// Who asks for something, and what they have shown for it.
public struct Asker: Hashable, Sendable {
    public let sender: Sender
    public let credential: Credential
    /// When what they have shown is over; a stream that was opened with it ends then.
    public let expiresAt: Timestamp?
    /// Where they ask from, as `AddressBan` names it. Only of somebody who stays: whoever asks once was looked at when they came.
    public var network: String?

    public enum Credential: Hashable, Sendable {
        /// A name at most.
        case none
        /// The random number of a guest's own cookie.
        case guestSession(String)
        case session(hash: String, AccountID)
        /// - Parameter hash: of the password that was shown, as the account had it then.
        case password(hash: String, AccountID)
        case token(Int64, AccountID, Scopes)
        /// Somebody whom another server vouches for.
        case foreign(ForeignRights)
    }

    public init(_ sender: Sender, by credential: Credential = .none, until expiresAt: Timestamp? = nil) {
        self.sender = sender
        self.credential = credential
        self.expiresAt = expiresAt
    }

    /// Stands for every guest where it is about reading: they may all read the same.
    public static let anyGuest = Asker(.anonymousGuest(shownAs: "guest"))

    public var account: AccountID? {
        switch credential {
        case .session(_, let account), .password(_, let account), .token(_, let account, _): account
        case .none, .guestSession, .foreign: nil
        }
    }

    public var isGuest: Bool {
        switch credential {
        case .none, .guestSession: true
        default: false
        }
    }

    /// Whether a token was made for that; everybody else has all rights that their account has.
    public func hasRight(_ right: Scopes.Right, in room: RoomName) -> Bool { scopes?.allows(right, in: room) ?? true }

    /// A token's.
    var scopes: Scopes? {
        if case .token(_, _, let scopes) = credential { scopes } else { nil }
    }
}
