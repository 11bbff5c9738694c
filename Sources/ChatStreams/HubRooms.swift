internal import Chat
internal import DequeModule

/// The rooms that the Hub holds: their tails, and who listens on which loop. Confined to the Hub's queue.
final class HubRooms: @unchecked Sendable {
    // Unchecked: confined to the Hub's queue.

    /// One room's listeners on one loop, and that loop's copy of the tail.
    private struct Audience {
        let mirror: RoomMirror
        var subscribers: ContiguousArray<Subscriber> = []
    }

    private final class Room {
        let name: RoomName
        var tail: RoomTail
        var audiences: [Int: Audience] = [:]

        init(name: RoomName, head: EntryID) {
            self.name = name
            tail = RoomTail(completeAfter: head)
        }
    }

    private let limits: Hub.Limits
    private var rooms: [RoomName: Room] = [:]
    /// Every frame in any tail, in log order: what is dropped first when the tails together are too large. An entry whose
    /// frame its own room has dropped already is passed over.
    private var order: Deque<(room: Room, id: EntryID)> = []
    private var frameCount = 0
    private var byteCount = 0
    private var subscriberCount = 0

    init(limits: Hub.Limits) {
        self.limits = limits
    }

    /// Entries of `order`, for tests.
    var orderCount: Int { order.count }

    var census: (rooms: Int, subscribers: Int, tailBytes: Int) { (rooms.count, subscriberCount, byteCount) }

    // MARK: Frames

    /// Puts a batch into the tails, and tells what each loop is to be told.
    func append(_ frames: [(RoomName, Frame)], head: EntryID, headBefore: EntryID) -> [(LoopStreams, TailUpdate)] {
        var changes: [ObjectIdentifier: Change] = [:]
        var touched: [Room] = []
        func change(_ room: Room, _ body: (inout Change) -> Void) {
            body(
                &changes[
                    ObjectIdentifier(room),
                    default: {
                        touched.append(room)
                        return Change()
                    }()])
        }
        for (name, frame) in frames {
            let room = room(name, head: headBefore)
            room.tail.append(frame)
            frameCount += 1
            byteCount += frame.sse.count
            order.append((room, frame.id))
            change(room) { $0.frames.append(frame) }
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
        var trimmedThrough: EntryID?
    }

    private func drop(_ frame: Frame, of room: Room) {
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

    private func updates(_ changes: [(Room, Change)], head: EntryID) -> [(LoopStreams, TailUpdate)] {
        var updates: [Int: (LoopStreams, TailUpdate)] = [:]
        for (room, change) in changes {
            for (index, audience) in room.audiences {
                updates[index, default: (audience.subscribers[0].loop, TailUpdate(rooms: [], head: head))].1.rooms
                    .append(
                        TailUpdate.Room(
                            room: audience.mirror, frames: change.frames, trimmedThrough: change.trimmedThrough,
                            subscribers: audience.subscribers))
            }
        }
        return Array(updates.values)
    }

    // MARK: Subscribers

    /// A loop's copy of a room's tail. When the loop has none yet, it is made as the tail is now.
    func mirror(of name: RoomName, on loop: LoopStreams, head: EntryID) -> RoomMirror {
        let room = room(name, head: head)
        return room.audiences[loop.index]?.mirror ?? RoomMirror(name: name, tail: room.tail)
    }

    /// Puts a subscriber, whose mirrors were just asked for, into the sets of its rooms.
    func insert(_ subscriber: Subscriber) {
        subscriberCount += 1
        for mirror in subscriber.mirrors {
            rooms[mirror.name]?.audiences[subscriber.loop.index, default: Audience(mirror: mirror)]
                .subscribers.append(subscriber)
        }
    }

    func remove(_ subscriber: Subscriber) {
        var wasThere = false
        for name in subscriber.rooms {
            guard let room = rooms[name] else { continue }
            let loop = subscriber.loop.index
            guard let place = room.audiences[loop]?.subscribers.lastIndex(where: { $0 === subscriber }) else {
                continue
            }
            wasThere = true
            room.audiences[loop]!.subscribers.swapAt(place, room.audiences[loop]!.subscribers.count - 1)
            room.audiences[loop]!.subscribers.removeLast()
            if room.audiences[loop]!.subscribers.isEmpty { room.audiences[loop] = nil }
            forgetIfIdle(room)
        }
        if wasThere { subscriberCount -= 1 }
    }

    // MARK: Rooms

    /// - Parameter head: before what is being published now: a room that is new here has nothing in its tail, and is
    ///   complete after it.
    private func room(_ name: RoomName, head: EntryID) -> Room {
        if let room = rooms[name] { return room }
        let room = Room(name: name, head: head)
        rooms[name] = room
        return room
    }

    private func forgetIfIdle(_ room: Room) {
        if room.tail.isEmpty && room.audiences.isEmpty { rooms[room.name] = nil }
    }
}
