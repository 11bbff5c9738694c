// What follows from it for those who ask.
extension AccessState {
    /// What somebody may do in a room.
    public func access(of asker: Asker, to room: RoomName, at now: Timestamp) -> RoomAccess {
        if let end = asker.expiresAt, end <= now { return RoomAccess() }
        if let network = asker.network, isBanned(network: network) { return RoomAccess() }
        switch asker.credential {
        case .none, .guestSession: return guestAccess(to: room, asker.sender, at: now)
        case .foreign(let rights): return foreignAccess(rights, to: room, asker.sender, at: now)
        case .session(let hash, let account):
            guard isCurrent(session: hash, at: now) else { return RoomAccess() }
            return accountAccess(account, to: room, at: now)
        case .password(let hash, let account):
            guard isCurrent(password: hash, of: account) else { return RoomAccess() }
            return accountAccess(account, to: room, at: now)
        case .token(let id, let account, let scopes):
            guard isCurrent(token: id, at: now) else { return RoomAccess() }
            return accountAccess(account, to: room, at: now).within(scopes, room)
        }
    }

    /// Whether what somebody shows still counts, wherever.
    public func isValid(_ asker: Asker, at now: Timestamp) -> Bool {
        if let end = asker.expiresAt, end <= now { return false }
        if let network = asker.network, isBanned(network: network) { return false }
        if let account = asker.account, accounts[account]?.isDisabled ?? true { return false }
        switch asker.credential {
        case .session(let hash, _): return isCurrent(session: hash, at: now)
        case .token(let id, _, _): return isCurrent(token: id, at: now)
        case .password(let hash, let account): return isCurrent(password: hash, of: account)
        case .none, .guestSession, .foreign: return true
        }
    }

    private func isCurrent(session hash: String, at now: Timestamp) -> Bool {
        sessions[hash].map { $0.expiresAt > now } ?? false
    }

    private func isCurrent(password hash: String, of account: AccountID) -> Bool {
        accounts[account]?.passwordHash == hash
    }

    private func isCurrent(token id: Int64, at now: Timestamp) -> Bool {
        tokens[id].map { $0.expiresAt.map { $0 > now } ?? true } ?? false
    }

    public func isAdmin(_ asker: Asker) -> Bool {
        guard let account = asker.account.flatMap({ accounts[$0] }), !account.isDisabled else { return false }
        return account.role == .admin && asker.scopes == nil
    }

    /// Decides about a post where it is applied: the sender is known by their identity alone. Whether a foreign one may write was
    /// decided where it was proposed.
    public func refusal(of post: Post) -> ChatError? {
        // It was on its way when its room was deleted: it begins no other, which would be everybody's.
        if post.knownDeletion < latestDeletion(of: post.room) { return .roomNotFound(post.room) }
        let access: RoomAccess
        if let account = post.sender.account {
            access = accountAccess(account, to: post.room, at: post.sentAt)
        } else if post.sender.isGuest {
            access = guestAccess(to: post.room, post.sender, at: post.sentAt)
        } else {
            access = muted(foreignWriting, post.sender, in: post.room, at: post.sentAt)
        }
        if access.mayWrite { return nil }
        guard access.mayRead else { return .roomNotFound(post.room) }
        if let until = access.mutedUntil { return .muted(post.room, until: until) }
        return .notAllowed(reason: "you may read \(post.room), and not write there")
    }

    private var foreignWriting: RoomAccess {
        var access = RoomAccess()
        access.mayRead = true
        access.mayWrite = true
        return access
    }

    func accountAccess(_ id: AccountID, to room: RoomName, at now: Timestamp) -> RoomAccess {
        var access = RoomAccess()
        guard let account = accounts[id], !account.isDisabled else { return access }
        access.role = members[room]?[id]
        if account.role == .admin {
            access.mayRead = true
            access.mayWrite = true
            access.mayModerate = true
            access.mayOwn = true
            return access
        }
        if access.role == .banned { return access }
        guard access.role != nil || rooms[room]?.visibility != .private else { return access }
        access.mayRead = true
        access.mayWrite = true
        access.mayModerate = access.role.map { $0 >= .moderator } ?? false
        access.mayOwn = access.role == .owner
        return muted(access, account.sender, in: room, at: now)
    }

    private func guestAccess(to room: RoomName, _ sender: Sender, at now: Timestamp) -> RoomAccess {
        var access = RoomAccess()
        let settings = rooms[room] ?? RoomSettings(room)
        guard settings.visibility == .public else { return access }
        access.mayRead = settings.guests != .none
        access.mayWrite = settings.guests == .write
        return muted(access, sender, in: room, at: now)
    }

    private func foreignAccess(
        _ rights: ForeignRights, to room: RoomName, _ sender: Sender, at now: Timestamp
    ) -> RoomAccess {
        var access = RoomAccess()
        let isPublic = rooms[room]?.visibility != .private
        guard let right = rights.rooms[room] ?? (isPublic ? rights.elsewhere : nil) else { return access }
        access.mayRead = true
        access.mayWrite = right == .write
        return muted(access, sender, in: room, at: now)
    }

    private func muted(
        _ access: RoomAccess, _ sender: Sender, in room: RoomName, at now: Timestamp
    ) -> RoomAccess {
        guard !access.mayModerate, let until = muteEnd(of: sender, in: room), until > now else { return access }
        var access = access
        access.mayWrite = false
        access.mutedUntil = until
        return access
    }

    /// Whoever has no account is muted by the name that others see, whatever their browser or another server shows for them.
    private func muteEnd(of sender: Sender, in room: RoomName) -> Timestamp? {
        guard let mutes = mutes[room], !mutes.isEmpty else { return nil }
        let identity = sender.account == nil ? Sender.identity(ofGuestNamed: sender.name) : sender.identity
        return mutes[identity]?.until
    }
}

extension RoomAccess {
    fileprivate func within(_ scopes: Scopes, _ room: RoomName) -> RoomAccess {
        var access = self
        access.mayRead = mayRead && (scopes.allows(.read, in: room) || scopes.allows(.write, in: room))
        access.mayWrite = mayWrite && scopes.allows(.write, in: room)
        access.mayModerate = mayModerate && scopes.allows(.moderate, in: room)
        access.mayOwn = mayOwn && access.mayModerate
        return access
    }
}
