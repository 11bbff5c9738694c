internal import Chat
internal import GRDB

/// A step of retention: the oldest events of a room are removed, through one of them.
///
/// It is an entry of the log, of the kind `retention`, but in no room's chain: no reader of events meets it. What it does
/// depends on nothing but itself and the tables, so whoever replays the log has the same left. Only the latest is kept of
/// each room, since it says what those before it said. What is left of a deleted room goes by the same steps, see `RoomRemoval`.
struct Expiry: Sendable {
    static let kind = "retention"
    /// The rules by which it is applied.
    static let version: Int64 = 1

    let room: RoomName
    let roomID: Int64
    let through: EntryID

    static let findLast = "SELECT max(id) FROM entries WHERE room_id = ? AND id <= ?"
    static let remove = "DELETE FROM entries WHERE room_id = ? AND id <= ?"
    static let note = "UPDATE rooms SET expired_through = ? WHERE room_id = ?"
    static let removePredecessors = "DELETE FROM entries WHERE room_id = ?"

    /// - Parameter id: its place in the log.
    /// - Returns: the number of events removed. When it is zero, nothing was written, the entry neither.
    func apply(as id: EntryID, in db: Database) throws -> Int {
        let last = try last(in: db)
        if let last {
            try run(Self.remove, roomID, last, in: db)
        } else {
            try run(RoomRemoval.removeAudit, roomID, through.rawValue, in: db)
        }
        let removed = db.changesCount
        guard removed > 0 else { return 0 }
        if let last { try run(Self.note, last, roomID, in: db) }
        try run(RoomRemoval.end, roomID, in: db)
        try run(Self.removePredecessors, -roomID, in: db)
        try LogEntry(id: id, subject: -roomID, kind: Self.kind, version: Self.version, json: json(as: id)).insert(
            in: db)
        return removed
    }

    private func last(in db: Database) throws -> Int64? {
        let statement = try PreparedStatement(Self.findLast, in: db)
        defer { statement.reset() }
        try statement.bind(roomID, at: 1)
        try statement.bind(through.rawValue, at: 2)
        return try statement.step() && !statement.isNull(0) ? statement.int64(0) : nil
    }

    private func run(_ sql: String, _ arguments: Int64..., in db: Database) throws {
        let statement = try PreparedStatement(sql, in: db)
        for (index, argument) in arguments.enumerated() { try statement.bind(argument, at: Int32(index + 1)) }
        try statement.run()
    }

    private func json(as id: EntryID) -> [UInt8] {
        var json = JSONObject()
        json.set("id", id.rawValue)
        json.set("room", room.text)
        json.set("through", through.rawValue)
        return json.bytes()
    }
}

/// An entry that is in no room's chain.
struct LogEntry {
    let id: EntryID
    /// In the place of a room's number: what the entry is about, see `Schema`.
    let subject: Int64
    let kind: String
    let version: Int64
    let json: [UInt8]

    static let insert = "INSERT INTO entries (id, room_id, prev, kind, version, json) VALUES (?, ?, 0, ?, ?, ?)"

    func insert(in db: Database) throws {
        let statement = try PreparedStatement(Self.insert, in: db)
        try statement.bind(id.rawValue, at: 1)
        try statement.bind(subject, at: 2)
        try statement.bind(kind, at: 3)
        try statement.bind(version, at: 4)
        try statement.bind(json, at: 5)
        try statement.run()
    }
}
