public import Chat
internal import GRDB

/// What the log's entries amount to, as the tables hold it.
///
/// Each method is one read transaction on one of a few connections, and waits for a free one.
public struct Projection: Archive {
    private let pool: DatabasePool
    private let gate = ReadGate()

    init(pool: DatabasePool) {
        self.pool = pool
    }

    /// A room that does not exist has no events.
    public func page(
        of rooms: [RoomName], after: EntryID, through: EntryID, byteLimit: Int
    ) throws(ArchiveError) -> EventPage {
        try read { db in
            let queries = try EntryQueries(db)
            if rooms.contains(.every) {
                let all = EveryRoom(db)
                let page = try all.page(after: after, through: through, byteLimit: byteLimit)
                return try page.telling(expired: all.expiredRooms(after: after), through: through, queries)
            }
            let found = try queries.rooms(named: rooms)
            var merge = try RoomMerge(found, range: (after, through), direction: .forwards, reading: queries)
            var events: [RoomEvent] = []
            var bytes = 0
            var end = max(after, through)
            while let next = try merge.next() {
                let event = try queries.event(next.id, room: next.room)
                events.append(event)
                bytes += event.json.count
                if bytes >= byteLimit {
                    end = event.id
                    break
                }
            }
            return try EventPage(events: events, completeThrough: end)
                .telling(expired: found.filter { $0.expiredThrough > after }, through: through, queries)
        }
    }

    /// The result need not be an event's id: it is the one before the first of those events.
    public func positionBefore(
        last count: Int, of rooms: [RoomName], through: EntryID
    ) throws(ArchiveError) -> EntryID {
        try read { db in
            if rooms.contains(.every) { return try EveryRoom(db).positionBefore(last: count, through: through) }
            let queries = try EntryQueries(db)
            var merge = try RoomMerge(
                queries.rooms(named: rooms), range: (.zero, through), direction: .backwards, reading: queries)
            var position = through
            var left = count
            while left > 0, let next = try merge.next() {
                position = EntryID(rawValue: next.id.rawValue - 1)
                left -= 1
            }
            return position
        }
    }

    public func messages(
        in room: RoomName, _ window: HistoryWindow, through: EntryID
    ) throws(ArchiveError) -> History {
        try read { db in
            try RoomHistory(room, through: through, queries: EntryQueries(db)).history(window)
        }
    }

    /// Does not look at the published head: an id beyond it is for the caller to refuse.
    public func message(_ id: EntryID, in room: RoomName) throws(ArchiveError) -> [UInt8]? {
        try read { db in
            let queries = try EntryQueries(db)
            guard let roomID = try queries.roomID(of: room) else { return nil }
            return try queries.message(id, roomID: roomID)
        }
    }

    public func oldestEvent(in room: RoomName) throws(ArchiveError) -> EntryID? {
        try read { db in
            let queries = try EntryQueries(db)
            return try queries.room(named: room).flatMap { try queries.oldestEvent(of: $0) }
        }
    }

    public func reply(to id: EntryID, in room: RoomName, through: EntryID) throws(ArchiveError) -> [UInt8]? {
        try read { db in
            let queries = try EntryQueries(db)
            guard let roomID = try queries.roomID(of: room) else { return nil }
            return try queries.reply(to: id, roomID: roomID, through: through)
        }
    }

    /// Takes some milliseconds for each thousand rooms that there are.
    public func rooms(before: EntryID?, limit: Int, through: EntryID) throws(ArchiveError) -> [RoomSummary] {
        try read { try RoomList($0, through: through).rooms(before: before, limit: limit) }
    }

    public func room(_ name: RoomName, through: EntryID) throws(ArchiveError) -> RoomSummary? {
        try read { try RoomList($0, through: through).room(name) }
    }

    public func audit(
        of room: RoomName?, before: EntryID?, limit: Int, through: EntryID
    ) throws(ArchiveError) -> [[UInt8]] {
        try read { db in
            guard let roomID = try room.map({ try EntryQueries(db).roomID(of: $0) }) ?? 0 else { return [] }
            let statement = try PreparedStatement(AccessTables.audit, in: db)
            defer { statement.reset() }
            try statement.bind(roomID, at: 1)
            try statement.bind(before?.rawValue ?? .max, at: 2)
            try statement.bind(through.rawValue, at: 3)
            try statement.bind(Int64(limit), at: 4)
            var found: [[UInt8]] = []
            while try statement.step() { found.append(statement.bytes(0)) }
            return found
        }
    }

    /// Waits for reads under way. Later ones fail.
    func close() {
        gate.close()
    }

    private func read<T>(_ body: (Database) throws -> T) throws(ArchiveError) -> T {
        // A read that waits for a connection while the pool closes is given one that is closed, and SQLite crashes (GRDB
        // 7.10.0): so none is there then.
        guard gate.enter() else { throw ArchiveError(reason: "the server is shutting down") }
        defer { gate.leave() }
        do {
            return try pool.read(body)
        } catch {
            throw error as? ArchiveError ?? ArchiveError(reason: storageReason(of: error))
        }
    }
}

extension EventPage {
    /// - Parameter rooms: those that lost events after the page's beginning.
    fileprivate func telling(
        expired rooms: [AskedRoom], through: EntryID, _ queries: EntryQueries
    ) throws -> EventPage {
        guard !rooms.isEmpty else { return self }
        var expired: [RoomName: RemovedEvents] = [:]
        for room in rooms {
            let oldest = try queries.ids(
                roomID: room.id, after: .zero, through: through, direction: .forwards, limit: 1)
            expired[room.name] = RemovedEvents(through: room.expiredThrough, oldest: oldest.first)
        }
        return EventPage(events: events, completeThrough: completeThrough, expired: expired)
    }
}
