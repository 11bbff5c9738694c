internal import Chat
internal import GRDB

/// All rooms at once: the log itself, read in its own order. What is in no room, such as retention's entries, is left out, and so is
/// what has not been removed yet of a deleted one.
struct EveryRoom {
    // The plus keeps SQLite from the index of rooms, which has another order.
    static let eventsUpwards = """
        SELECT id, room_id, kind, json FROM entries WHERE id > ? AND id <= ? AND +room_id > 0
        AND NOT EXISTS (SELECT 1 FROM deleted_rooms WHERE deleted_rooms.room_id = entries.room_id) ORDER BY id
        """
    static let idsDownwards = """
        SELECT id FROM entries WHERE id <= ? AND +room_id > 0
        AND NOT EXISTS (SELECT 1 FROM deleted_rooms WHERE deleted_rooms.room_id = entries.room_id)
        ORDER BY id DESC LIMIT ?
        """
    static let roomName = "SELECT name FROM rooms WHERE room_id = ?"
    /// The second condition lets SQLite use the index, which holds only such rooms.
    static let expiredRooms = """
        SELECT name, room_id, expired_through, deletion FROM rooms
        WHERE expired_through > ? AND expired_through > 0 AND expired_through > deletion
        ORDER BY expired_through DESC LIMIT ?
        """

    private let db: Database

    init(_ db: Database) {
        self.db = db
    }

    func page(after: EntryID, through: EntryID, byteLimit: Int) throws -> EventPage {
        let statement = try PreparedStatement(Self.eventsUpwards, in: db)
        defer { statement.reset() }
        try statement.bind(after.rawValue, at: 1)
        try statement.bind(through.rawValue, at: 2)
        var names: [Int64: RoomName] = [:]
        var events: [RoomEvent] = []
        var bytes = 0
        while bytes < byteLimit {
            guard try statement.step() else {
                return EventPage(events: events, completeThrough: max(after, through))
            }
            let id = EntryID(rawValue: statement.int64(0))
            let kind = try EntryQueries.kind(statement.string(2), of: id)
            let room = try name(ofRoom: statement.int64(1), holding: id, known: &names)
            events.append(RoomEvent(id: id, room: room, kind: kind, json: statement.bytes(3)))
            bytes += events.last!.json.count
        }
        return EventPage(events: events, completeThrough: events.last?.id ?? after)
    }

    func positionBefore(last count: Int, through: EntryID) throws -> EntryID {
        let statement = try PreparedStatement(Self.idsDownwards, in: db)
        defer { statement.reset() }
        try statement.bind(through.rawValue, at: 1)
        try statement.bind(Int64(count), at: 2)
        var position = through
        while try statement.step() { position = EntryID(rawValue: statement.int64(0) - 1) }
        return position
    }

    /// The rooms that lost the newest events, of those that lost any after `after`.
    func expiredRooms(after: EntryID) throws -> [AskedRoom] {
        let statement = try PreparedStatement(Self.expiredRooms, in: db)
        defer { statement.reset() }
        try statement.bind(after.rawValue, at: 1)
        try statement.bind(Int64(EventPage.expiredRoomLimit), at: 2)
        var rooms: [AskedRoom] = []
        while try statement.step() {
            rooms.append(
                AskedRoom(
                    name: RoomName(stored: statement.string(0)), id: statement.int64(1),
                    expiredThrough: EntryID(rawValue: statement.int64(2)),
                    deletion: EntryID(rawValue: statement.int64(3))))
        }
        return rooms
    }

    private func name(ofRoom roomID: Int64, holding id: EntryID, known: inout [Int64: RoomName]) throws -> RoomName {
        if let name = known[roomID] { return name }
        let statement = try PreparedStatement(Self.roomName, in: db)
        defer { statement.reset() }
        try statement.bind(roomID, at: 1)
        guard try statement.step() else {
            throw ArchiveError(reason: "the database is damaged (entry \(id) is in room \(roomID), which is missing)")
        }
        let name = RoomName(stored: statement.string(0))
        known[roomID] = name
        return name
    }
}
