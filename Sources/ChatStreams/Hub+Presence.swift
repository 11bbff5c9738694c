public import Chat
internal import Dispatch

// Who is here, and who types: what is told only while it happens.
extension Hub {
    func arrive(_ room: HubRoom, _ person: Person) {
        dispatchPrecondition(condition: .onQueue(queue))
        room.presence.arrive(person)
        announce(room)
    }

    func leave(_ room: HubRoom, _ person: Person, lingers: Bool) {
        dispatchPrecondition(condition: .onQueue(queue))
        room.presence.leave(person, at: now, lingers: lingers)
        announce(room)
    }

    /// Tells what is due, and comes back for what is due later.
    private func announce(_ room: HubRoom) {
        if let change = room.presence.announce(at: now) { tell(LiveFrame(room.name, .presence(change)), in: room) }
        // Who leaves is told of in seconds, who comes at once: what is on its way may be later than what is due now.
        guard let due = room.presence.due, due < room.nextAnnouncement ?? .max else { return }
        room.nextAnnouncement = due
        let room = QueueConfined(room)
        queue.asyncAfter(deadline: .now() + .milliseconds(Int(max(1, due - now)))) { [self] in
            if room.value.nextAnnouncement == due { room.value.nextAnnouncement = nil }
            announce(room.value)
            rooms.forgetIfIdle(room.value)
        }
    }

    /// Tells a room's streams that somebody types. Any thread.
    public func types(_ user: String, in name: RoomName) {
        queue.async { [self] in
            showTyping(user, in: name)
            presenceObserver.value?.types(user, in: name)
        }
    }

    private func showTyping(_ user: String, in name: RoomName) {
        // Where nobody listens there is nobody to tell.
        guard let room = rooms.find(name), !room.audiences.isEmpty, room.typists.types(user, at: now) else { return }
        tell(LiveFrame(name, .typing(user: user)), in: room)
    }

    // MARK: Other servers of the same log

    /// Has somebody told of this server's people from now on. Before the first stream is opened.
    public func observePresence(with observer: (any PresenceObserver)?) {
        queue.sync { presenceObserver.value = observer }
    }

    /// People have come to another server: each is one stream more of theirs. Any thread.
    public func arrivedElsewhere(_ people: [(room: RoomName, person: Person)]) {
        queue.async { [self] in
            for (name, person) in people { arrive(rooms.room(name, head: head), person) }
        }
    }

    /// People have gone from another server. Any thread.
    ///
    /// - Parameter lingers: false when they have been away for some seconds by now.
    public func leftElsewhere(_ people: [(room: RoomName, person: Person)], lingers: Bool) {
        queue.async { [self] in
            for (name, person) in people {
                guard let room = rooms.find(name) else { continue }
                leave(room, person, lingers: lingers)
                rooms.forgetIfIdle(room)
            }
        }
    }

    /// Somebody types at another server. Any thread.
    public func typesElsewhere(_ user: String, in name: RoomName) {
        queue.async { [self] in showTyping(user, in: name) }
    }

    /// Who is in a room, in no order. Waits for the queue; not on a loop.
    public func people(in name: RoomName) -> [Person] {
        queue.sync { rooms.find(name)?.presence.people ?? [] }
    }

    /// How many people are in each of `names`. Waits for the queue; not on a loop.
    public func counts(of names: [RoomName]) -> [RoomName: Int] {
        queue.sync {
            Dictionary(
                names.map { ($0, rooms.find($0)?.presence.count ?? 0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    private func tell(_ frame: LiveFrame, in room: HubRoom) {
        for (loop, update) in rooms.tell(frame, in: room, head: head) {
            loop.post { loop.apply(update) }
        }
    }

    /// Milliseconds of a clock that nobody sets.
    public var now: Int64 { Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000) }
}
