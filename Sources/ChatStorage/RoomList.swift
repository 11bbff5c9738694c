internal import Chat
internal import GRDB

/// Rooms by their last event.
///
/// A room's last event is not stored with it, since that would be one more page to write per room and commit. So a list
/// seeks it for every room there is: some 2 µs each, and only then picks the newest.
struct RoomList {
    /// A room's last event of its own up to `:through`, kept or removed.
    private static let lastEvent = """
        ifnull(nullif(max(
          min(expired_through, :through),
          ifnull((SELECT max(id) FROM entries WHERE entries.room_id = rooms.room_id AND id <= :through), 0)),
          deletion), 0)
        """
    static let newestRooms = """
        WITH active AS MATERIALIZED (SELECT room_id, name, \(lastEvent) AS last, deletion FROM rooms)
        SELECT room_id, name, last, deletion FROM active WHERE last > 0 AND last < :before ORDER BY last DESC LIMIT :limit
        """
    static let findRoom = "SELECT room_id, name, \(lastEvent), deletion FROM rooms WHERE name = :name"
    /// `sent_at` in milliseconds since 1970.
    static let readTime = """
        SELECT strftime('%s', sent_at) * 1000 + CAST(substr(sent_at, 21, 3) AS INTEGER)
        FROM (SELECT json_extract(json, '$.sent_at') AS sent_at FROM entries WHERE id = ? AND room_id = ?)
        """

    private let db: Database
    private let queries: EntryQueries
    private let through: EntryID

    init(_ db: Database, through: EntryID) throws {
        self.db = db
        self.through = through
        queries = try EntryQueries(db)
    }

    func rooms(before: EntryID?, limit: Int) throws -> [RoomSummary] {
        let statement = try PreparedStatement(Self.newestRooms, in: db)
        defer { statement.reset() }
        try statement.bind(through.rawValue, at: 1)
        try statement.bind(before?.rawValue ?? .max, at: 2)
        try statement.bind(Int64(limit), at: 3)
        var rooms: [RoomSummary] = []
        while try statement.step() { rooms.append(try summary(from: statement)) }
        return rooms
    }

    func room(_ name: RoomName) throws -> RoomSummary? {
        let statement = try PreparedStatement(Self.findRoom, in: db)
        defer { statement.reset() }
        try statement.bind(through.rawValue, at: 1)
        try statement.bind(name.text, at: 2)
        guard try statement.step(), statement.int64(2) > 0 else { return nil }
        return try summary(from: statement)
    }

    private func summary(from statement: PreparedStatement) throws -> RoomSummary {
        let roomID = statement.int64(0)
        let last = EntryID(rawValue: statement.int64(2))
        let deletion = EntryID(rawValue: statement.int64(3))
        let oldest = try queries.ids(roomID: roomID, after: deletion, through: through, direction: .forwards, limit: 1)
        return RoomSummary(
            name: RoomName(stored: statement.string(1)), lastID: last, lastAt: try time(of: last, roomID: roomID),
            oldestID: oldest.first)
    }

    private func time(of id: EntryID, roomID: Int64) throws -> Timestamp? {
        let statement = try PreparedStatement(Self.readTime, in: db)
        defer { statement.reset() }
        try statement.bind(id.rawValue, at: 1)
        try statement.bind(roomID, at: 2)
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return Timestamp(millisecondsSince1970: statement.int64(0))
    }
}
