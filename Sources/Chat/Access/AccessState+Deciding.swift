// Applying an entry: whether it is allowed, and what it changes.
extension AccessState {
    /// What an action comes to.
    public struct Decision: Sendable {
        public var changes: [AccessChange] = []
        /// It takes rights from somebody, whose streams may be open.
        public var takesAway = false
        /// It is told to those who look after the room, or the server.
        public var isAudited = false
        /// Its room has a new event.
        public var settings: RoomSettings?
        /// This message of its room loses its text.
        public var deletes: EntryID?
        /// Its room is no more.
        public var deletesRoom = false
    }

    public static let maximumSessions = 50
    public static let maximumTokens = 100
    /// In a room, at a time.
    public static let maximumMutes = 1000

    /// Decides about an action. Looks at nothing but it and the state.
    ///
    /// - Parameters:
    ///   - id: its place in the log.
    ///   - roomExists: whether the room that it is about has been made.
    ///   - message: that it is about.
    public func decide(
        _ action: AccessAction, at id: EntryID, roomExists: Bool, message: Message? = nil
    ) throws(ChatError) -> Decision {
        if let room = action.room, let known = action.knownDeletion, known < latestDeletion(of: room) {
            throw .roomNotFound(room)
        }
        var decision = Decision()
        switch action.work {
        case .createAccount(let name, let key, let role, let hash, let invite):
            guard accountsByKey[key] == nil else { throw .nameTaken(name) }
            if !isServerAdmin(action.by) {
                guard role == .member || invite != nil else { throw .notAllowed(reason: "only an admin makes admins") }
                if let invite { decision.changes.append(try spend(invite, role: role, at: action.at)) }
            }
            decision.changes.append(
                .put(
                    .account(
                        Account(
                            id: AccountID(rawValue: id.rawValue), name: name, key: key, role: role, passwordHash: hash,
                            isDisabled: false, createdAt: action.at))))
            decision.isAudited = true
        case .setPassword(let account, let hash, let kept):
            var changed = try found(account)
            guard isServerAdmin(action.by) || action.by == .account(account) else { throw .notYours }
            changed.passwordHash = hash
            decision.changes = [.put(.account(changed))] + endSessions(of: account, except: kept)
            decision.takesAway = true
        case .setRole(let account, let role):
            var changed = try found(account)
            try requireAdmin(action.by)
            if role != .admin { try requireAnotherAdmin(than: changed, by: action.by) }
            changed.role = role
            decision.changes = [.put(.account(changed))]
            decision.takesAway = role != .admin
            decision.isAudited = true
        case .setDisabled(let account, let isDisabled):
            var changed = try found(account)
            try requireAdmin(action.by)
            if isDisabled { try requireAnotherAdmin(than: changed, by: action.by) }
            changed.isDisabled = isDisabled
            decision.changes = [.put(.account(changed))] + (isDisabled ? endSessions(of: account, except: nil) : [])
            decision.takesAway = isDisabled
            decision.isAudited = true
        case .startSession, .renewSession, .endSession: try decideSession(action, &decision)
        case .createToken, .useToken, .endToken: try decideToken(action, at: id, &decision)
        case .createInvite(let hash, let role, let uses, let expiresAt):
            try requireAdmin(action.by)
            decision.changes = [
                .put(
                    .invite(
                        Invite(
                            id: id.rawValue, hash: hash, role: role, expiresAt: expiresAt, usesLeft: uses,
                            createdBy: name(of: action.by))))
            ]
            decision.isAudited = true
        case .endInvite(let invite):
            try requireAdmin(action.by)
            guard invites[invite] != nil else { throw .inviteNotFound }
            decision.changes = [.remove(.invite(invite))]
            decision.isAudited = true
        case .configureRoom(let change, let mayMake):
            try configure(change, action, roomExists, mayMake, &decision)
        case .setMember(let room, let account, let role):
            try setMember(account, in: room, to: role, action, roomExists, &decision)
        case .mute(let mute):
            let access = try moderation(of: mute.room, by: action.by, at: action.at)
            if let target = Sender.account(ofIdentity: mute.identity) {
                try requireBelow(access, target, in: mute.room)
            }
            decision.changes = try muting(mute, action)
            decision.isAudited = true
        case .deleteMessage(let room, let id): try delete(id, message, in: room, action, &decision)
        case .deleteRoom(let room): try deleteRoom(room, action, at: id, roomExists, &decision)
        case .banAddress(let network):
            try requireAdmin(action.by)
            decision.changes = [
                .put(
                    .addressBan(
                        AddressBan(network: network, bannedAt: action.at, by: name(of: action.by), why: action.why)))
            ]
            decision.takesAway = true
            decision.isAudited = true
        case .unbanAddress(let network):
            try requireAdmin(action.by)
            guard addressBans[network] != nil else { throw .banNotFound(network) }
            decision.changes = [.remove(.addressBan(network))]
            decision.isAudited = true
        }
        return decision
    }

    // MARK: Sessions and tokens

    private func decideSession(_ action: AccessAction, _ decision: inout Decision) throws(ChatError) {
        switch action.work {
        case .startSession(let session):
            guard try !found(session.account).isDisabled else { throw .accountDisabled }
            let old = sessions(of: session.account)
            // What is over goes now, and of too many the oldest: nothing else ever looks for them.
            let over = old.filter { $0.expiresAt <= action.at }
            let tooMany = old.filter { $0.expiresAt > action.at }.dropFirst(Self.maximumSessions - 1)
            decision.changes = (over + tooMany).map { .remove(.session($0.hash)) } + [.put(.session(session))]
            decision.takesAway = !tooMany.isEmpty
        case .renewSession(let hash, let until):
            guard var session = sessions[hash] else { throw .sessionNotFound }
            session.expiresAt = max(session.expiresAt, until)
            decision.changes = [.put(.session(session))]
        case .endSession(let hash):
            guard let session = sessions[hash] else { throw .sessionNotFound }
            guard isServerAdmin(action.by) || action.by == .account(session.account) else { throw .notYours }
            decision.changes = [.remove(.session(hash))]
            decision.takesAway = true
        default: break
        }
    }

    private func endSessions(of account: AccountID, except kept: String?) -> [AccessChange] {
        (sessionsByAccount[account] ?? []).filter { $0 != kept }.sorted().map { .remove(.session($0)) }
    }

    private func decideToken(_ action: AccessAction, at id: EntryID, _ decision: inout Decision) throws(ChatError) {
        switch action.work {
        case .createToken(let hash, let account, let name, let scopes, let expiresAt):
            guard try !found(account).isDisabled else { throw .accountDisabled }
            guard isServerAdmin(action.by) || action.by == .account(account) else { throw .notYours }
            guard tokens(of: account).count < Self.maximumTokens else {
                throw .tooMany(what: "tokens", limit: Self.maximumTokens)
            }
            decision.changes = [
                .put(
                    .token(
                        AccessToken(
                            id: id.rawValue, hash: hash, account: account, name: name, scopes: scopes,
                            createdAt: action.at, expiresAt: expiresAt, lastUsedAt: nil)))
            ]
        case .useToken(let number):
            guard var token = tokens[number] else { throw .tokenNotFound }
            token.lastUsedAt = action.at
            decision.changes = [.put(.token(token))]
        case .endToken(let number):
            guard let token = tokens[number] else { throw .tokenNotFound }
            guard isServerAdmin(action.by) || action.by == .account(token.account) else { throw .tokenNotFound }
            decision.changes = [.remove(.token(number))]
            decision.takesAway = true
        default: break
        }
    }

    private func spend(_ hash: String, role: Account.Role, at now: Timestamp) throws(ChatError) -> AccessChange {
        guard var invite = invite(withHash: hash), invite.expiresAt > now, invite.usesLeft > 0 else {
            throw .inviteNotFound
        }
        guard role == .member || invite.role == .admin else { throw .notAllowed(reason: "only an admin makes admins") }
        invite.usesLeft -= 1
        return invite.usesLeft > 0 ? .put(.invite(invite)) : .remove(.invite(invite.id))
    }

    // MARK: Accounts

    func found(_ account: AccountID) throws(ChatError) -> Account {
        guard let found = accounts[account] else { throw .accountNotFound }
        return found
    }

    public func name(of actor: AccessAction.Actor) -> String {
        switch actor {
        case .operator: "the operator"
        case .account(let id): accounts[id]?.name ?? "an account"
        case .nobody: "nobody"
        }
    }
}
