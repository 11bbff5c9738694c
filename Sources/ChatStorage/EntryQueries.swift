internal import Chat
internal import GRDB

/// The questions that readers ask of the tables. Each is a seek, or a run along an index in the order asked for: none
/// sorts, and none looks at another room's entries. Tests hold SQLite to that by its query plans.
struct EntryQueries {
    static let findRoom = """
        SELECT room_id, CASE WHEN expired_through > deletion THEN expired_through ELSE 0 END, deletion
        FROM rooms WHERE name = ?
        """
    static let readEvent = "SELECT kind, json FROM entries WHERE id = ?"
    static let idsUpwards = "SELECT id FROM entries WHERE room_id = ? AND id > ? AND id <= ? ORDER BY id LIMIT ?"
    static let idsDownwards = "SELECT id FROM entries WHERE room_id = ? AND id > ? AND id <= ? ORDER BY id DESC LIMIT ?"
    static let messagesUpwards = """
        SELECT id, json FROM entries WHERE room_id = ? AND id > ? AND id <= ? AND kind = 'message' ORDER BY id LIMIT ?
        """
    static let messagesDownwards = """
        SELECT id, json FROM entries WHERE room_id = ? AND id <= ? AND kind = 'message' ORDER BY id DESC LIMIT ?
        """
    static let readMessage = "SELECT json FROM entries WHERE id = ? AND room_id = ? AND kind = 'message'"
    static let findOldest = "SELECT min(id) FROM entries WHERE room_id = ? AND id > ?"
    /// By the index of replies: the room's own would read all that came after the target.
    static let findReply = """
        SELECT json FROM entries INDEXED BY entries_by_reply
        WHERE reply_to = ? AND id <= ? AND room_id = ? AND kind = 'message' ORDER BY id LIMIT 1
        """

    private let db: Database
    private let eventByID: PreparedStatement

    init(_ db: Database) throws {
        self.db = db
        eventByID = try PreparedStatement(Self.readEvent, in: db)
    }

    func room(named name: RoomName) throws -> AskedRoom? {
        let statement = try PreparedStatement(Self.findRoom, in: db)
        defer { statement.reset() }
        try statement.bind(name.text, at: 1)
        guard try statement.step() else { return nil }
        return AskedRoom(
            name: name, id: statement.int64(0), expiredThrough: EntryID(rawValue: statement.int64(1)),
            deletion: EntryID(rawValue: statement.int64(2)))
    }

    func roomID(of name: RoomName) throws -> Int64? {
        try room(named: name)?.id
    }

    /// Those that exist, each once.
    func rooms(named names: [RoomName]) throws -> [AskedRoom] {
        var seen: Set<Int64> = []
        return try names.compactMap { name in
            guard let room = try room(named: name), seen.insert(room.id).inserted else { return nil }
            return room
        }
    }

    /// An event that is known to be there.
    func event(_ id: EntryID, room: RoomName) throws -> RoomEvent {
        defer { eventByID.reset() }
        try eventByID.bind(id.rawValue, at: 1)
        guard try eventByID.step() else {
            throw ArchiveError(reason: "the database is damaged (its index holds entry \(id), which is missing)")
        }
        return RoomEvent(
            id: id, room: room, kind: try Self.kind(eventByID.string(0), of: id), json: eventByID.bytes(1))
    }

    static func kind(_ word: String, of id: EntryID) throws(ArchiveError) -> RoomEvent.Kind {
        guard let kind = RoomEvent.Kind(rawValue: word) else {
            throw ArchiveError(
                reason: "entry \(id) is of the kind “\(word)”: it was made by a newer roomcast, which must be started")
        }
        return kind
    }

    /// Ids of one room's events over `after` and up to `through`, from the lower or the upper end, at most `limit`.
    func ids(
        roomID: Int64, after: EntryID, through: EntryID, direction: RoomMerge.Direction, limit: Int
    ) throws -> [EntryID] {
        let statement = try PreparedStatement(direction == .forwards ? Self.idsUpwards : Self.idsDownwards, in: db)
        defer { statement.reset() }
        try statement.bind(roomID, at: 1)
        try statement.bind(after.rawValue, at: 2)
        try statement.bind(through.rawValue, at: 3)
        try statement.bind(Int64(limit), at: 4)
        var ids: [EntryID] = []
        ids.reserveCapacity(min(limit, 64))
        while try statement.step() { ids.append(EntryID(rawValue: statement.int64(0))) }
        return ids
    }

    /// Oldest first.
    func messages(roomID: Int64, after: EntryID, through: EntryID, limit: Int) throws -> [StoredMessage] {
        let statement = try PreparedStatement(Self.messagesUpwards, in: db)
        try statement.bind(roomID, at: 1)
        try statement.bind(after.rawValue, at: 2)
        try statement.bind(through.rawValue, at: 3)
        try statement.bind(Int64(limit), at: 4)
        return try messages(from: statement)
    }

    /// Newest first.
    func messages(roomID: Int64, backFrom through: EntryID, limit: Int) throws -> [StoredMessage] {
        let statement = try PreparedStatement(Self.messagesDownwards, in: db)
        try statement.bind(roomID, at: 1)
        try statement.bind(through.rawValue, at: 2)
        try statement.bind(Int64(limit), at: 3)
        return try messages(from: statement)
    }

    func message(_ id: EntryID, roomID: Int64) throws -> [UInt8]? {
        let statement = try PreparedStatement(Self.readMessage, in: db)
        defer { statement.reset() }
        try statement.bind(id.rawValue, at: 1)
        try statement.bind(roomID, at: 2)
        return try statement.step() ? statement.bytes(0) : nil
    }

    func oldestEvent(of room: AskedRoom) throws -> EntryID? {
        let statement = try PreparedStatement(Self.findOldest, in: db)
        defer { statement.reset() }
        try statement.bind(room.id, at: 1)
        try statement.bind(room.deletion.rawValue, at: 2)
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return EntryID(rawValue: statement.int64(0))
    }

    func reply(to id: EntryID, roomID: Int64, through: EntryID) throws -> [UInt8]? {
        let statement = try PreparedStatement(Self.findReply, in: db)
        defer { statement.reset() }
        try statement.bind(id.rawValue, at: 1)
        try statement.bind(through.rawValue, at: 2)
        try statement.bind(roomID, at: 3)
        return try statement.step() ? statement.bytes(0) : nil
    }

    private func messages(from statement: PreparedStatement) throws -> [StoredMessage] {
        defer { statement.reset() }
        var messages: [StoredMessage] = []
        while try statement.step() {
            messages.append(StoredMessage(id: EntryID(rawValue: statement.int64(0)), json: statement.bytes(1)))
        }
        return messages
    }
}

/// A room that somebody asks for, and that exists.
struct AskedRoom {
    let name: RoomName
    let id: Int64
    /// The last event of its own that retention removed; zero for none.
    let expiredThrough: EntryID
    /// Of the room that had the name before; zero for none.
    let deletion: EntryID
}

/// A message of a room whose name is known.
struct StoredMessage {
    let id: EntryID
    let json: [UInt8]
}
