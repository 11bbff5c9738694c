internal import Chat
internal import ChatStreams
internal import MicroHTTPD

// Who may do what, as handlers ask it.
extension ChatService {
    var directory: AccessDirectory { hub.access }

    func access(of asker: Asker, to room: RoomName) -> RoomAccess { directory.access(of: asker, to: room, at: now()) }

    /// Whether somebody makes a room by posting to it, or by deciding about it.
    func mayMakeRooms(_ asker: Asker) -> Bool {
        switch settings.roomMakers {
        case .anyone: return true
        case .members: return !asker.isGuest
        case .admins: return directory.look { $0.isAdmin(asker) }
        }
    }

    /// - Throws: 404, the same as for a room that is not there.
    func requireReadable(_ room: RoomName, by asker: Asker) throws(Problem) {
        guard access(of: asker, to: room).mayRead else { throw Problem(.roomNotFound(room)) }
    }

    func requireWriting(_ access: RoomAccess, in room: RoomName) throws(Problem) {
        if access.mayWrite { return }
        guard access.mayRead else { throw Problem(.roomNotFound(room)) }
        if let until = access.mutedUntil { throw Problem(.muted(room, until: until)) }
        throw Problem(.notAllowed(reason: "you may read \(room), and not write there"))
    }

    /// Has a change of who may do what committed. Each is an entry of the log, as a post is, and counts against the same rate of its
    /// account; but signing out is always possible.
    ///
    /// - Parameters:
    ///   - done: is as good as having done it.
    ///   - refusal: looked for first, on a thread that may wait.
    ///   - answer: on any thread, once it counts.
    func perform(
        _ work: AccessAction.Work, by actor: AccessAction.Actor, why: String? = nil, unless done: ChatError? = nil,
        refusal: (@Sendable () -> Problem?)? = nil, answer: @escaping @Sendable (EntryID) -> Response
    ) throws(Problem) -> Answer {
        try perform([work], by: actor, why: why, unless: done, refusal: refusal, answer: answer)
    }

    /// The same of several, which count as one: one after another, up to the first that is refused.
    func perform(
        _ works: [AccessAction.Work], by actor: AccessAction.Actor, why: String? = nil, unless done: ChatError? = nil,
        refusal: (@Sendable () -> Problem?)? = nil, answer: @escaping @Sendable (EntryID) -> Response
    ) throws(Problem) -> Answer {
        if case .endSession = works.first {
        } else if case .account(let id) = actor {
            try limits.admitPost(from: .unknown, of: id)
        }
        let time = now()
        let actions = works.map { work in
            AccessAction(
                work, by: actor, at: time, why: why, knownDeletion: work.room.map { directory.latestDeletion(of: $0) })
        }
        return .later { [log, readers] suspended in
            let propose: @Sendable () -> Void = {
                log.append(actions[...]) { result in
                    suspended.resume(with: {
                        switch result {
                        case .success(let id): answer(id)
                        case .failure(.rejected(let error)) where error == done: answer(.zero)
                        case .failure(let error): Problem(changing: error).response
                        }
                    })
                }
            }
            guard let refusal else { return propose() }
            readers.async {
                guard let problem = refusal() else { return propose() }
                suspended.resume(with: { problem.response })
            }
        }
    }
}

extension Log {
    /// One after another, up to the first that is refused.
    fileprivate func append(_ actions: ArraySlice<AccessAction>, completion: @escaping AccessCompletion) {
        append(actions[actions.startIndex]) { result in
            let rest = actions.dropFirst()
            guard case .success = result, !rest.isEmpty else { return completion(result) }
            append(rest, completion: completion)
        }
    }
}

extension Answer {
    /// The same as `reading(_:_:)`, of a room that the asker may read; for another it is 404.
    ///
    /// Whoever may not make a room is not told whether a name is in use: what was never made is 404 for them, too, found
    /// out in the same way.
    static func reading(
        _ room: RoomName, by asker: Asker, of service: ChatService,
        _ look: @escaping @Sendable (EntryID) throws(ArchiveError) -> Response
    ) -> Answer {
        .reading(service) { head throws(ArchiveError) in
            guard try service.isToBeShown(room, to: asker, through: head) else {
                return Problem(.roomNotFound(room)).response
            }
            return try look(head)
        }
    }
}

extension ChatService {
    /// Reads the disk for whoever may not make rooms.
    func isToBeShown(_ room: RoomName, to asker: Asker, through head: EntryID) throws(ArchiveError) -> Bool {
        var isThere = mayMakeRooms(asker)
        if !isThere { isThere = try archive.room(room, through: head) != nil }
        return access(of: asker, to: room).mayRead && isThere
    }
}
