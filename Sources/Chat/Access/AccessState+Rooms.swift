// What may be decided about rooms and those in them, and by whom.
extension AccessState {
    /// What is over goes now: nothing else ever looks for it.
    func muting(_ mute: Mute, _ action: AccessAction) throws(ChatError) -> [AccessChange] {
        let now = action.at
        let others = (mutes[mute.room] ?? [:]).values.filter { $0.identity != mute.identity }
        let over = others.filter { $0.until <= now }.map(\.identity).sorted()
        let changes = over.map { AccessChange.remove(.mute(mute.room, $0)) }
        guard mute.until > now else { return changes + [.remove(.mute(mute.room, mute.identity))] }
        guard others.count - over.count < Self.maximumMutes else {
            throw .tooMany(what: "mutes", limit: Self.maximumMutes)
        }
        var mute = mute
        mute.by = name(of: action.by)
        mute.why = action.why
        return changes + [.put(.mute(mute))]
    }

    func configure(
        _ change: RoomChange, _ action: AccessAction, _ roomExists: Bool, _ mayMake: Bool,
        _ decision: inout Decision
    ) throws(ChatError) {
        let room = change.room
        if rooms[room] != nil || roomExists {
            guard mayOwn(room, action.by, at: action.at) else {
                // Whoever may not even see it learns that the name is in use, and nothing else; and not that, if they could not have
                // made it.
                guard mayRead(room, action.by, at: action.at) else {
                    throw mayMake ? .roomNameTaken(room) : .roomNotFound(room)
                }
                throw .notAllowed(reason: "only an owner of \(room) may change it")
            }
        } else if !mayMake {
            throw .roomNotFound(room)
        } else if case .account(let account) = action.by {
            guard try !found(account).isDisabled else { throw .accountDisabled }
            decision.changes.append(.put(.membership(Membership(room: room, account: account, role: .owner))))
        } else if action.by == .nobody {
            throw .notAllowed(reason: "a room is made by an account, or by its first message")
        }
        let before = rooms[room] ?? RoomSettings(room)
        let settings = change.applied(to: before)
        decision.changes.append(.put(.room(settings)))
        decision.takesAway =
            settings.visibility == .private && before.visibility == .public
            || settings.guests == .none && before.guests != .none
        decision.settings = settings
        decision.isAudited = true
    }

    func setMember(
        _ account: AccountID, in room: RoomName, to role: RoomRole?, _ action: AccessAction, _ roomExists: Bool,
        _ decision: inout Decision
    ) throws(ChatError) {
        guard rooms[room] != nil || roomExists, mayRead(room, action.by, at: action.at) else {
            throw .roomNotFound(room)
        }
        _ = try found(account)
        let before = members[room]?[account]
        let isOneself = action.by == .account(account)
        let entersOrLeaves = isOneself && (role == nil || role == .member) && before != .banned
        if !entersOrLeaves || before == .owner {
            let access = try moderation(of: room, by: action.by, at: action.at)
            if !access.mayOwn {
                guard role == nil || role == .banned, before == nil || before == .banned || before == .member else {
                    throw .notAllowed(reason: "only an owner of \(room) says who moderates it, and who is a member")
                }
            }
            if isOneself && before == .owner && role != .owner {
                let others = (members[room] ?? [:]).contains { $0.value == .owner && $0.key != account }
                guard others else { throw .notAllowed(reason: "\(room) would be without an owner") }
            }
        }
        if let role {
            decision.changes = [.put(.membership(Membership(room: room, account: account, role: role)))]
        } else {
            guard before != nil else { throw .memberNotFound }
            decision.changes = [.remove(.membership(room, account))]
        }
        decision.takesAway = role == .banned || role == nil
        decision.isAudited = true
    }

    func delete(
        _ id: EntryID, _ message: Message?, in room: RoomName, _ action: AccessAction, _ decision: inout Decision
    ) throws(ChatError) {
        guard mayRead(room, action.by, at: action.at) else { throw .roomNotFound(room) }
        guard let message else { throw .messageNotFound(id) }
        guard message.deletedAt == nil else { throw .alreadyDeleted(id) }
        // An account's name is nobody else's, but for people whom an issuer of JWTs calls the same: it is trusted with names.
        if case .account(let account) = action.by, !message.isGuest, accounts[account]?.name == message.user {
            decision.deletes = id
            return
        }
        _ = try moderation(of: room, by: action.by, at: action.at)
        decision.deletes = id
        decision.isAudited = true
    }

    func moderation(
        of room: RoomName, by actor: AccessAction.Actor, at now: Timestamp
    ) throws(ChatError) -> RoomAccess {
        let access = access(of: actor, to: room, at: now)
        guard access.mayRead else { throw .roomNotFound(room) }
        guard access.mayModerate else { throw .notAllowed(reason: "only a moderator of \(room) may do that") }
        return access
    }

    func requireBelow(_ access: RoomAccess, _ target: AccountID, in room: RoomName) throws(ChatError) {
        if access.mayOwn { return }
        guard members[room]?[target].map({ $0 < .moderator }) ?? true, accounts[target]?.role != .admin else {
            throw .notAllowed(reason: "they moderate \(room) themselves")
        }
    }

    func access(of actor: AccessAction.Actor, to room: RoomName, at now: Timestamp) -> RoomAccess {
        switch actor {
        case .operator:
            var all = RoomAccess()
            (all.mayRead, all.mayWrite, all.mayModerate, all.mayOwn) = (true, true, true, true)
            return all
        case .account(let account): return accountAccess(account, to: room, at: now)
        case .nobody: return RoomAccess()
        }
    }

    private func mayRead(_ room: RoomName, _ actor: AccessAction.Actor, at now: Timestamp) -> Bool {
        access(of: actor, to: room, at: now).mayRead
    }

    private func mayOwn(_ room: RoomName, _ actor: AccessAction.Actor, at now: Timestamp) -> Bool {
        access(of: actor, to: room, at: now).mayOwn
    }
}
