// A room that is no more, and who is told so.
extension AccessState {
    /// Nothing that was decided about the room is left, nor about anybody in it: whoever uses the name next begins anew.
    func deleteRoom(
        _ room: RoomName, _ action: AccessAction, at id: EntryID, _ roomExists: Bool, _ decision: inout Decision
    ) throws(ChatError) {
        let access = access(of: action.by, to: room, at: action.at)
        guard rooms[room] != nil || roomExists, access.mayRead else { throw .roomNotFound(room) }
        guard access.mayOwn else { throw .notAllowed(reason: "only an owner of \(room) may delete it") }
        let roles = members[room] ?? [:]
        // In an order that is the same everywhere.
        decision.changes =
            (rooms[room] == nil ? [] : [.remove(.room(room))])
            + roles.keys.sorted().map { .remove(.membership(room, $0)) }
            + (mutes[room] ?? [:]).keys.sorted().map { .remove(.mute(room, $0)) }
            + [.put(.deletion(RoomDeletion(of: rooms[room] ?? RoomSettings(room), roles: roles, at: id)))]
        decision.deletesRoom = true
        decision.isAudited = true
    }

    /// Zero when no room of that name was deleted.
    public func latestDeletion(of room: RoomName) -> EntryID { deletions[room]?.id ?? .zero }

    /// Whether an event went with its room.
    public func isGone(_ id: EntryID, in room: RoomName) -> Bool { id < latestDeletion(of: room) }

    /// Whether an event of a room is for somebody. Nothing of a deleted room is, but that it was deleted, for whoever could
    /// read it.
    public func mayRead(_ id: EntryID, of room: RoomName, _ asker: Asker, at now: Timestamp) -> Bool {
        guard let deletion = deletions[room], id <= deletion.id else {
            return access(of: asker, to: room, at: now).mayRead
        }
        return id == deletion.id && mayHear(of: deletion, asker, at: now)
    }

    private func mayHear(of deletion: RoomDeletion, _ asker: Asker, at now: Timestamp) -> Bool {
        guard isValid(asker, at: now) else { return false }
        let isPublic = deletion.visibility == .public
        switch asker.credential {
        case .none, .guestSession: return isPublic && deletion.guests != .none
        case .foreign(let rights): return (rights.rooms[deletion.room] ?? (isPublic ? rights.elsewhere : nil)) != nil
        case .session(_, let account), .password(_, let account), .token(_, let account, _):
            guard asker.hasRight(.read, in: deletion.room) || asker.hasRight(.write, in: deletion.room) else {
                return false
            }
            return accounts[account]?.role == .admin || deletion.accounts.contains(account) != isPublic
        }
    }
}
