internal import Chat
internal import DequeModule

/// The rooms that the Hub holds: their tails, and who listens on which loop. Confined to the Hub's queue.
final class HubRooms: @unchecked Sendable {
    // Unchecked: confined to the Hub's queue.

    private let limits: Hub.Limits
    private var rooms: [RoomName: HubRoom] = [:]
    /// Every frame in any tail, in log order: what is dropped first when the tails together are too large. An entry whose
    /// frame its own room has dropped already is passed over.
    private var order: Deque<(room: HubRoom, id: EntryID)> = []
    private var frameCount = 0
    private var byteCount = 0
    private var subscriberCount = 0

    init(limits: Hub.Limits) {
        self.limits = limits
    }

    /// Entries of `order`, for tests.
    var orderCount: Int { order.count }

    var census: Hub.Census { Hub.Census(rooms: rooms.count, subscribers: subscriberCount, tailBytes: byteCount) }

    // MARK: Frames

    /// Puts a batch into the tails, and tells what each loop is to be told. What came before a room's deletion is dropped, from the
    /// tail of all rooms, too, where it lies among the others'.
    ///
    /// - Parameter rewritten: they take the place of those with their ids, where these are still there.
    func append(
        _ frames: [(RoomName, Frame)], rewritten: [(RoomName, Frame)] = [], head: EntryID, headBefore: EntryID
    ) -> [(LoopStreams, TailUpdate)] {
        var changes: [ObjectIdentifier: Change] = [:]
        var touched: [HubRoom] = []
        func change(_ room: HubRoom, _ body: (inout Change) -> Void) {
            body(
                &changes[
                    ObjectIdentifier(room),
                    default: {
                        touched.append(room)
                        return Change()
                    }()])
        }
        let every = rooms[.every]
        for (name, frame) in frames {
            for room in [room(name, head: headBefore), every].compactMap({ $0 }) {
                while frame.kind == .deletion, let first = room.tail.first {
                    drop(first, of: room)
                    change(room) { $0.trimmedThrough = first.id }
                }
                room.tail.append(frame)
                frameCount += 1
                byteCount += frame.sse.count
                order.append((room, frame.id))
                change(room) { $0.frames.append(frame) }
            }
        }
        for (name, frame) in rewritten {
            for room in [rooms[name], every].compactMap({ $0 }) {
                guard let growth = room.tail.replace(frame) else { continue }
                byteCount += growth
                change(room) { $0.rewritten.append(frame) }
            }
        }
        for room in touched where room.tail.byteCount > limits.roomTailBytes {
            while room.tail.byteCount > limits.roomTailBytes, let first = room.tail.first {
                drop(first, of: room)
                change(room) { $0.trimmedThrough = first.id }
            }
            forgetIfIdle(room)
        }
        while byteCount > limits.tailBytes, let oldest = order.popFirst() {
            guard let first = oldest.room.tail.first, first.id == oldest.id else { continue }
            drop(first, of: oldest.room)
            change(oldest.room) { $0.trimmedThrough = first.id }
            forgetIfIdle(oldest.room)
        }
        sweepOrder()
        return updates(touched.map { ($0, changes[ObjectIdentifier($0)]!) }, head: head)
    }

    private struct Change {
        var frames: [Frame] = []
        var rewritten: [Frame] = []
        var live: [LiveFrame] = []
        var trimmedThrough: EntryID?
    }

    /// Has something told live, and tells what each loop is to be told.
    func tell(_ frame: LiveFrame, in room: HubRoom, head: EntryID) -> [(LoopStreams, TailUpdate)] {
        if frame.isPresence { room.presenceFrame = frame }
        return updates([(room, Change(live: [frame]))], head: head)
    }

    private func drop(_ frame: Frame, of room: HubRoom) {
        room.tail.trim(through: frame.id)
        frameCount -= 1
        byteCount -= frame.sse.count
    }

    /// Takes away the entries whose frames their rooms have dropped, once they are most: a busy room over its own bound
    /// would leave one for every message, as long as the tails together are within theirs.
    private func sweepOrder() {
        guard order.count > 2 * frameCount + 1024 else { return }
        order.removeAll { entry in entry.room.tail.first.map { $0.id > entry.id } ?? true }
    }

    private func updates(_ changes: [(HubRoom, Change)], head: EntryID) -> [(LoopStreams, TailUpdate)] {
        var updates: [Int: (LoopStreams, TailUpdate)] = [:]
        for (room, change) in changes {
            for (index, audience) in room.audiences {
                updates[index, default: (audience.subscribers[0].loop, TailUpdate(rooms: [], head: head))].1.rooms
                    .append(
                        TailUpdate.Room(
                            room: audience.mirror, frames: change.frames, rewritten: change.rewritten,
                            live: change.live,
                            trimmedThrough: change.trimmedThrough, subscribers: audience.subscribers))
            }
        }
        return Array(updates.values)
    }

    // MARK: Subscribers

    /// A loop's copies of rooms. Where the loop has none yet, it is made as the room is now. Streams of the same one room
    /// share the list.
    func mirrors(of names: [RoomName], on loop: LoopStreams, head: EntryID) -> [RoomMirror] {
        let audiences = names.map { name in
            let room = room(name, head: head)
            return room.audiences[loop.index] ?? HubRoom.Audience(mirrorOf: room)
        }
        return audiences.count == 1 ? audiences[0].mirrors : audiences.map(\.mirror)
    }

    /// Puts a subscriber, whose mirrors were just asked for, into the sets of its rooms.
    func insert(_ subscriber: Subscriber) {
        subscriberCount += 1
        subscriber.isListening = true
        for mirror in subscriber.mirrors {
            rooms[mirror.name]?.audiences[
                subscriber.loop.index,
                default: HubRoom.Audience(
                    mirror: mirror, mirrors: subscriber.mirrors.count == 1 ? subscriber.mirrors : [mirror])
            ].subscribers.append(subscriber)
        }
    }

    /// - Returns: the rooms it was in.
    func remove(_ subscriber: Subscriber) -> [HubRoom] {
        var left: [HubRoom] = []
        for mirror in subscriber.mirrors {
            guard let room = rooms[mirror.name] else { continue }
            if remove(subscriber, from: room) { left.append(room) }
        }
        if subscriber.isListening {
            subscriber.isListening = false
            subscriberCount -= 1
        }
        return left
    }

    /// Takes a subscriber, which stays open, out of one of its rooms.
    ///
    /// - Returns: whether it was there.
    func remove(_ subscriber: Subscriber, from room: HubRoom) -> Bool {
        let loop = subscriber.loop.index
        guard let place = room.audiences[loop]?.subscribers.lastIndex(where: { $0 === subscriber }) else {
            return false
        }
        room.audiences[loop]!.subscribers.swapAt(place, room.audiences[loop]!.subscribers.count - 1)
        room.audiences[loop]!.subscribers.removeLast()
        if room.audiences[loop]!.subscribers.isEmpty { room.audiences[loop] = nil }
        return true
    }

    /// Takes everybody out of a room; their streams stay open.
    func takeListeners(of room: HubRoom) -> [Subscriber] {
        defer { room.audiences = [:] }
        return room.audiences.values.flatMap(\.subscribers)
    }

    /// Everybody who listens to a room and may not read it, with the room.
    func withoutAccess() -> [(Subscriber, HubRoom)] {
        rooms.values.flatMap { room in
            room.audiences.values.flatMap { audience in
                audience.subscribers.filter { !$0.mayListen(to: room.name) }.map { ($0, room) }
            }
        }
    }

    // MARK: Rooms

    /// A room that somebody listens to, or that has something in memory.
    func find(_ name: RoomName) -> HubRoom? { rooms[name] }

    /// - Parameter head: before what is being published now: a room that is new here has nothing in its tail, and is
    ///   complete after it.
    func room(_ name: RoomName, head: EntryID) -> HubRoom {
        if let room = rooms[name] { return room }
        let room = HubRoom(name: name, head: head, presence: limits.presence)
        rooms[name] = room
        return room
    }

    func forgetIfIdle(_ room: HubRoom) {
        guard room.audiences.isEmpty && room.presence.isEmpty else { return }
        // Nobody reads the tail of all rooms when nobody listens to all of them, and it grows with each message.
        if room.name == .every {
            while let first = room.tail.first { drop(first, of: room) }
        }
        // The name may be another's by now: a room that was forgotten is looked at once more by what was on its way then.
        if room.tail.isEmpty && rooms[room.name] === room { rooms[room.name] = nil }
    }
}
