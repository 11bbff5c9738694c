internal import Chat
internal import GRDB

/// What the committing thread asks of the tables and writes to them. All of it is a seek in a tree; none reads a range.
final class CommitStatements {
    /// The rules by which today's messages are applied; stored with each entry.
    static let messageVersion: Int64 = 1

    static let findRoom = """
        SELECT room_id, ifnull(nullif(
          max(expired_through, ifnull((SELECT max(id) FROM entries WHERE entries.room_id = rooms.room_id), 0)),
          deletion), 0)
        FROM rooms WHERE name = ?
        """
    static let findKey = """
        SELECT entry_id, digest FROM idempotency_keys WHERE key = ? AND room_id = ? AND sender = ?
        """
    static let findMessage = "SELECT 1 FROM entries WHERE id = ? AND room_id = ? AND kind = 'message'"
    static let readJSON = "SELECT json FROM entries WHERE id = ?"
    static let readExpiry = "SELECT expired_through FROM rooms WHERE room_id = ?"

    let begin: PreparedStatement
    let commit: PreparedStatement
    private let roomByName: PreparedStatement
    private let entryByKey: PreparedStatement
    private let messageByID: PreparedStatement
    private let jsonByID: PreparedStatement
    private let expiryByRoom: PreparedStatement
    private let roomInsert: PreparedStatement
    private let entryInsert: PreparedStatement
    private let keyInsert: PreparedStatement

    /// Compiled once per connection; after that a look-up each. To be let go before the database is closed.
    init(_ db: Database) throws {
        // > IMMEDIATE causes the database connection to start a new write immediately, without waiting for a write
        // > statement. (https://sqlite.org/lang_transaction.html)
        //
        // So if another program holds the file, that shows here and not half-way.
        begin = try PreparedStatement("BEGIN IMMEDIATE", in: db)
        commit = try PreparedStatement("COMMIT", in: db)
        roomByName = try PreparedStatement(Self.findRoom, in: db)
        entryByKey = try PreparedStatement(Self.findKey, in: db)
        messageByID = try PreparedStatement(Self.findMessage, in: db)
        jsonByID = try PreparedStatement(Self.readJSON, in: db)
        expiryByRoom = try PreparedStatement(Self.readExpiry, in: db)
        roomInsert = try PreparedStatement("INSERT INTO rooms (room_id, name) VALUES (?, ?)", in: db)
        entryInsert = try PreparedStatement(
            "INSERT INTO entries (id, room_id, prev, kind, version, json, reply_to) VALUES (?, ?, ?, ?, ?, ?, ?)",
            in: db)
        keyInsert = try PreparedStatement(
            "INSERT INTO idempotency_keys (key, room_id, sender, entry_id, digest) VALUES (?, ?, ?, ?, ?)", in: db)
    }

    func room(named name: RoomName) throws -> StoredRoom? {
        defer { roomByName.reset() }
        try roomByName.bind(name.text, at: 1)
        guard try roomByName.step() else { return nil }
        return StoredRoom(id: roomByName.int64(0), last: EntryID(rawValue: roomByName.int64(1)))
    }

    func entry(of key: IdempotencyKey, sender: Sender, roomID: Int64) throws -> (id: EntryID, digest: Int64)? {
        defer { entryByKey.reset() }
        try entryByKey.bind(key.text, at: 1)
        try entryByKey.bind(roomID, at: 2)
        try entryByKey.bind(sender.identity, at: 3)
        guard try entryByKey.step() else { return nil }
        return (EntryID(rawValue: entryByKey.int64(0)), entryByKey.int64(1))
    }

    func isMessage(_ id: EntryID, inRoom roomID: Int64) throws -> Bool {
        defer { messageByID.reset() }
        try messageByID.bind(id.rawValue, at: 1)
        try messageByID.bind(roomID, at: 2)
        return try messageByID.step()
    }

    /// Of an entry that a key leads to; `nil` when retention has removed it.
    func json(of id: EntryID, inRoom roomID: Int64) throws -> [UInt8]? {
        defer { jsonByID.reset() }
        try jsonByID.bind(id.rawValue, at: 1)
        if try jsonByID.step() { return jsonByID.bytes(0) }
        guard try id <= expiredThrough(roomID) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a key leads to entry \(id), which is missing")
        }
        return nil
    }

    private func expiredThrough(_ roomID: Int64) throws -> EntryID {
        defer { expiryByRoom.reset() }
        try expiryByRoom.bind(roomID, at: 1)
        return try expiryByRoom.step() ? EntryID(rawValue: expiryByRoom.int64(0)) : .zero
    }

    /// A message of a room, as it is shown; `nil` when there is none.
    func message(_ id: EntryID, inRoom roomID: Int64) throws -> Message? {
        guard try isMessage(id, inRoom: roomID) else { return nil }
        return try json(of: id, inRoom: roomID).map { json in
            do {
                return try Message(json: json)
            } catch {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "message \(id) cannot be read: \(error)")
            }
        }
    }

    func insertRoom(_ id: Int64, name: RoomName) throws {
        try roomInsert.bind(id, at: 1)
        try roomInsert.bind(name.text, at: 2)
        try roomInsert.run()
    }

    func insert(_ event: RoomEvent, roomID: Int64, prev: EntryID, version: Int64) throws {
        try entryInsert.bind(event.id.rawValue, at: 1)
        try entryInsert.bind(roomID, at: 2)
        try entryInsert.bind(prev.rawValue, at: 3)
        try entryInsert.bind(event.kind.rawValue, at: 4)
        try entryInsert.bind(version, at: 5)
        try entryInsert.bind(event.json, at: 6)
        try entryInsert.bind(event.replyTo?.rawValue, at: 7)
        try entryInsert.run()
    }

    func insert(_ key: IdempotencyKey, of id: EntryID, sender: Sender, roomID: Int64) throws {
        try keyInsert.bind(key.text, at: 1)
        try keyInsert.bind(roomID, at: 2)
        try keyInsert.bind(sender.identity, at: 3)
        try keyInsert.bind(id.rawValue, at: 4)
        try keyInsert.bind(key.digest, at: 5)
        try keyInsert.run()
    }
}
