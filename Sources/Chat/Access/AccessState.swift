/// Who may do what, as the log's entries about it amount to: accounts, what proves them, rooms and roles.
///
/// A value: the thread that applies entries has one, and everybody who asks shares another (`AccessDirectory`). It changes only by
/// `make`, and so both stay the same.
public struct AccessState: Sendable {
    private(set) var accounts: [AccountID: Account] = [:]
    private(set) var accountsByKey: [String: AccountID] = [:]
    private(set) var sessions: [String: Session] = [:]
    private(set) var sessionsByAccount: [AccountID: Set<String>] = [:]
    private(set) var tokens: [Int64: AccessToken] = [:]
    private(set) var tokensByHash: [String: Int64] = [:]
    private(set) var invites: [Int64: Invite] = [:]
    private(set) var invitesByHash: [String: Int64] = [:]
    private(set) var rooms: [RoomName: RoomSettings] = [:]
    private(set) var members: [RoomName: [AccountID: RoomRole]] = [:]
    private(set) var mutes: [RoomName: [String: Mute]] = [:]
    private(set) var addressBans: [String: AddressBan] = [:]
    private(set) var deletions: [RoomName: RoomDeletion] = [:]

    public init() {}

    /// - Parameter records: as they are stored, in any order.
    public init(_ records: some Sequence<AccessRecord>) {
        for record in records { make(.put(record)) }
    }

    /// Nothing has been decided about anything: everybody is a guest, and every room is public.
    public var isEmpty: Bool {
        accounts.isEmpty && rooms.isEmpty && addressBans.isEmpty && mutes.isEmpty && deletions.isEmpty
    }

    public mutating func make(_ change: AccessChange) {
        switch change {
        case .put(let record): put(record)
        case .remove(let key): remove(key)
        }
    }

    private mutating func put(_ record: AccessRecord) {
        switch record {
        case .account(let account):
            accounts[account.id] = account
            accountsByKey[account.key] = account.id
        case .session(let session):
            sessions[session.hash] = session
            sessionsByAccount[session.account, default: []].insert(session.hash)
        case .token(let token):
            tokens[token.id] = token
            tokensByHash[token.hash] = token.id
        case .invite(let invite):
            invites[invite.id] = invite
            invitesByHash[invite.hash] = invite.id
        case .room(let settings): rooms[settings.name] = settings
        case .membership(let member): members[member.room, default: [:]][member.account] = member.role
        case .mute(let mute): mutes[mute.room, default: [:]][mute.identity] = mute
        case .addressBan(let ban): addressBans[ban.network] = ban
        case .deletion(let deletion): deletions[deletion.room] = deletion
        }
    }

    private mutating func remove(_ key: AccessRecord.Key) {
        switch key.kind {
        case "session":
            guard let session = sessions.removeValue(forKey: key.name) else { return }
            sessionsByAccount[session.account]?.remove(key.name)
        case "token":
            guard let token = Int64(key.name).flatMap({ tokens.removeValue(forKey: $0) }) else { return }
            tokensByHash[token.hash] = nil
        case "invite":
            guard let invite = Int64(key.name).flatMap({ invites.removeValue(forKey: $0) }) else { return }
            invitesByHash[invite.hash] = nil
        case "room": rooms[RoomName(stored: key.name)] = nil
        case "membership":
            guard let (room, account) = key.parts, let number = Int64(account) else { return }
            members[room]?[AccountID(rawValue: number)] = nil
            if members[room]?.isEmpty == true { members[room] = nil }
        case "mute":
            guard let (room, identity) = key.parts else { return }
            mutes[room]?[identity] = nil
            if mutes[room]?.isEmpty == true { mutes[room] = nil }
        case "address_ban": addressBans[key.name] = nil
        default: preconditionFailure("records of the kind \(key.kind) stay")
        }
    }

    // MARK: Looking things up

    public func account(_ id: AccountID) -> Account? { accounts[id] }

    /// - Parameter key: see `Account.key`.
    public func account(withKey key: String) -> Account? { accountsByKey[key].flatMap { accounts[$0] } }

    public var allAccounts: [Account] { accounts.values.sorted { $0.id < $1.id } }

    public func session(withHash hash: String) -> Session? { sessions[hash] }

    /// The latest first; of those of one moment, in an order that is the same everywhere, since it decides which are ended.
    public func sessions(of account: AccountID) -> [Session] {
        (sessionsByAccount[account] ?? []).compactMap { sessions[$0] }
            .sorted { ($1.startedAt, $1.hash) < ($0.startedAt, $0.hash) }
    }

    public func token(withHash hash: String) -> AccessToken? { tokensByHash[hash].flatMap { tokens[$0] } }
    public func token(_ id: Int64) -> AccessToken? { tokens[id] }

    public func tokens(of account: AccountID) -> [AccessToken] {
        tokens.values.filter { $0.account == account }.sorted { $0.id < $1.id }
    }

    public func invite(withHash hash: String) -> Invite? { invitesByHash[hash].flatMap { invites[$0] } }
    public func invite(_ id: Int64) -> Invite? { invites[id] }
    public var allInvites: [Invite] { invites.values.sorted { $0.id < $1.id } }

    public func settings(of room: RoomName) -> RoomSettings? { rooms[room] }

    public func members(of room: RoomName) -> [(account: Account, role: RoomRole)] {
        (members[room] ?? [:]).compactMap { id, role in accounts[id].map { ($0, role) } }
            .sorted { ($1.role, $0.account.name) < ($0.role, $1.account.name) }
    }

    /// How many rooms an account is an owner of. Looks at every room that has members.
    public func ownedRooms(of account: AccountID) -> Int { members.values.count { $0[account] == .owner } }

    public func mutes(of room: RoomName) -> [Mute] { (mutes[room] ?? [:]).values.sorted { $0.name < $1.name } }

    public var allAddressBans: [AddressBan] { addressBans.values.sorted { $0.network < $1.network } }
    public func isBanned(network: String) -> Bool { addressBans[network] != nil }
    public var hasAddressBans: Bool { !addressBans.isEmpty }
}

extension AccessRecord.Key {
    /// Of a name that is a room's and something else. No room has a slash in its name. By its bytes: there are letters that join
    /// whatever follows them into one `Character`, a slash, too.
    fileprivate var parts: (RoomName, String)? {
        guard let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return (RoomName(stored: String(name[..<slash])), String(name[name.utf8.index(after: slash)...]))
    }
}
