import Chat

@testable import ChatStreams

/// A log in memory, its Hub and its loops, on which nothing moves unless the test says so.
final class Stage {
    static let epoch = Epoch("k3f9ab")!

    let archive: MemoryArchive
    let hub: Hub
    let loops: [ManualLoop]
    /// The last entry of the log.
    private(set) var head: EntryID

    /// - Parameter stored: rooms of events 1, 2, 3 … that were in the log when it was opened, so they are in no tail.
    init(
        stored: [String] = [], loops: Int = 1, groups: Int = 1, pageBytes: Int = .max, limits: Hub.Limits = .init()
    ) {
        let events = stored.enumerated().map { RoomEvent.of(EntryID(rawValue: Int64($0 + 1)), in: $1) }
        let head = events.last?.id ?? .zero
        self.head = head
        let archive = MemoryArchive(pageBytes: pageBytes)
        self.archive = archive
        archive.append(events)
        let hub = Hub(epoch: Self.epoch, head: head, limits: limits)
        self.hub = hub
        self.loops = (0..<loops).map {
            ManualLoop(
                index: $0, head: head, groups: groups, archive: archive, epoch: Self.epoch, rewrites: hub.rewrites)
        }
    }

    /// Commits a batch of one event in each of `rooms`; the Hub has it when this returns, the loops when they deliver.
    func commit(_ rooms: String..., padding: Int = 0) {
        commit(rooms.enumerated().map { (head.rawValue + Int64($0) + 1, $1) }, padding: padding)
    }

    /// Commits a batch of events with ids of the test's choice, and perhaps entries behind them that are no events.
    func commit(_ events: [(id: Int64, room: String)], head: Int64? = nil, padding: Int = 0) {
        let events = events.map { RoomEvent.of(EntryID(rawValue: $0.id), in: $0.room, padding: padding) }
        self.head = head.map(EntryID.init(rawValue:)) ?? events.last?.id ?? self.head
        archive.append(events)
        hub.committed(CommittedBatch(events: events, head: self.head, answers: []), isFollowed: true)
        waitForHub()
    }

    /// Commits an entry that is no event and has an earlier event show something else.
    func rewrite(_ id: EntryID, in room: String, padding: Int) {
        let event = RoomEvent.of(id, in: room, padding: padding)
        archive.replace(event)
        head = head.next
        hub.committed(
            CommittedBatch(events: [], rewritten: [event], head: head, answers: []), isFollowed: true)
        waitForHub()
    }

    /// Commits a change of who may do what.
    func change(_ access: [AccessChange], takesAway: Bool) {
        head = head.next
        hub.committed(
            CommittedBatch(events: [], head: head, access: access, takesAway: takesAway, answers: []), isFollowed: true)
        waitForHub()
    }

    /// Commits the deletion of a room, and perhaps in the same batch a first event of the next under its name.
    func delete(_ room: String, beginningAnew: Bool = false, access: [AccessChange] = [], isFollowed: Bool = true) {
        let deletion = RoomEvent(
            id: head.next, room: RoomName(stored: room), kind: .deletion,
            json: Array(Expected.deletionJSON(head.next, room).utf8))
        let events = [deletion] + (beginningAnew ? [.of(head.next.next, in: room)] : [])
        head = events.last!.id
        archive.delete(deletion)
        archive.append(Array(events.dropFirst()))
        hub.committed(CommittedBatch(events: events, head: head, access: access, answers: []), isFollowed: isFollowed)
        waitForHub()
    }

    /// Opens a stream; it can be read from once its loop has delivered.
    func open(
        _ rooms: String..., from start: StreamOpening.Start = .head, loop: Int = 0, group: Int = 0, heartbeat: Int = 15
    ) -> Client {
        open(rooms.map(RoomName.init(stored:)), from: start, loop: loop, group: group, heartbeat: heartbeat)
    }

    func open(
        _ rooms: [RoomName], from start: StreamOpening.Start, loop: Int, group: Int = 0, heartbeat: Int = 15,
        format: StreamFormat = .sse, attendance: StreamOpening.Attendance = .unaware, user: String = "ann",
        access: ReaderAccess = .unrestricted
    ) -> Client {
        let client = Client()
        let opening = StreamOpening(
            rooms: rooms, start: start, attendance: attendance, format: format, loop: loops[loop].streams, group: group,
            heartbeatSeconds: heartbeat, user: user, isGuest: true, server: "roomcast/test", access: access,
            accessGeneration: access.generation)
        hub.open(opening) { [hub, loop = loops[loop]] result in
            loop.post { client.opened(result, hub: hub) }
        }
        waitForHub()
        return client
    }

    func close(_ client: Client) {
        client.close(hub)
        waitForHub()
    }

    /// Whatever was asked of the Hub has been done when this returns.
    func waitForHub() {
        _ = hub.census()
    }

    /// Lets everything arrive, and the clients read all they can.
    func run(_ clients: Client..., by size: Int = 4096) {
        run(clients, by: size)
    }

    func run(_ clients: [Client], by size: Int = 4096) {
        repeat {
            for loop in loops { loop.settle() }
            for client in clients { client.readAll(by: size) }
        } while loops.contains { $0.waitingPosts + $0.waitingPages > 0 }
    }
}

extension RoomEvent {
    static func of(_ id: EntryID, in room: String, padding: Int = 0) -> RoomEvent {
        RoomEvent(
            id: id, room: RoomName(stored: room), kind: .message, json: Array(Expected.json(id, room, padding).utf8))
    }
}
