/// What somebody wants to have changed about who may do what: an entry of the log.
///
/// Everything that applying it depends on is in here or in the log before it: secrets have been drawn and hashed, names
/// normalized and the clock read where it was proposed. Whether it is allowed is decided where it is applied, in the order of
/// the log, and so the same everywhere.
public struct AccessAction: Hashable, Codable, Sendable {
    public let work: Work
    public let by: Actor
    public let at: Timestamp
    /// Said by whoever did it; at most `maximumReasonLength` characters.
    public let why: String?
    /// The latest deletion of a room of that name that was known where this was proposed: what was meant for a room that
    /// has been deleted since is not done to the next one under its name. `nil` where it is meant for whatever is there.
    public let knownDeletion: EntryID?

    /// Unicode scalars.
    public static let maximumReasonLength = 300

    public init(_ work: Work, by actor: Actor, at: Timestamp, why: String? = nil, knownDeletion: EntryID? = nil) {
        self.work = work
        by = actor
        self.at = at
        self.why = why
        self.knownDeletion = knownDeletion
    }

    /// Who wants it.
    public enum Actor: Hashable, Codable, Sendable {
        /// Whoever may write to the data folder.
        case `operator`
        case account(AccountID)
        /// Somebody without an account: who signs up.
        case nobody
    }

    public enum Work: Hashable, Codable, Sendable {
        /// - Parameter invite: the hash of an invitation's secret.
        case createAccount(name: String, key: String, role: Account.Role, passwordHash: String?, invite: String?)
        /// Ends all sessions of the account but one.
        case setPassword(AccountID, hash: String, keepingSession: String?)
        case setRole(AccountID, Account.Role)
        /// Ends all sessions of the account when it is disabled.
        case setDisabled(AccountID, Bool)

        case startSession(Session)
        case renewSession(hash: String, until: Timestamp)
        case endSession(hash: String)

        case createToken(hash: String, account: AccountID, name: String, scopes: Scopes, expiresAt: Timestamp?)
        case useToken(Int64)
        case endToken(Int64)

        case createInvite(hash: String, role: Account.Role, uses: Int, expiresAt: Timestamp)
        case endInvite(Int64)

        /// Makes the room, if there is none; then its owner is whoever did it.
        ///
        /// - Parameter mayMake: whether whoever did it may make rooms.
        case configureRoom(RoomChange, mayMake: Bool)
        /// - Parameter role: `nil` for no role.
        case setMember(RoomName, AccountID, RoomRole?)
        /// - Parameter until: in the past, or now, to end it.
        case mute(Mute)
        /// Takes a message's text away. Who wrote it may, and who moderates.
        case deleteMessage(RoomName, EntryID)
        /// Takes a room away, with all that is in it. Its name may be used again.
        case deleteRoom(RoomName)
        case banAddress(network: String)
        case unbanAddress(network: String)

        /// See `AccessAction.room`.
        public var room: RoomName? {
            switch self {
            case .configureRoom(let change, _): change.room
            case .setMember(let room, _, _): room
            case .mute(let mute): mute.room
            case .deleteMessage(let room, _): room
            case .deleteRoom(let room): room
            default: nil
            }
        }
    }

    /// One JSON object.
    public var json: [UInt8] { AccessCoding.encode(self) }

    /// - Throws: `DecodingError`.
    public init(json: some Collection<UInt8>) throws {
        self = try AccessCoding.decode(Self.self, from: json)
    }

    /// The room whose affair it is; `nil` for the server's.
    public var room: RoomName? { work.room }
}
