internal import Chat
internal import GRDB

/// Finds what retention has to remove next. It reads only, in a reader's transaction.
struct ExpiryPlan {
    /// What one step removes at most: it keeps posts waiting for about as long as a batch of them does.
    static let stepEvents = 250
    static let stepBytes = 256 * 1024
    /// Rooms that are looked at in one read.
    static let roomsAtOnce = 200

    static let nextRooms = """
        SELECT room_id, name, (SELECT max(id) FROM entries WHERE entries.room_id = rooms.room_id)
        FROM rooms WHERE room_id > ? ORDER BY room_id LIMIT ?
        """
    static let newestBut = "SELECT id FROM entries WHERE room_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?"
    static let oldest = """
        SELECT id, CASE WHEN json_valid(json) THEN json_extract(json, '$.sent_at') END, length(CAST(json AS BLOB))
        FROM entries WHERE room_id = ? ORDER BY id LIMIT ?
        """

    /// A room of which something may be over a bound.
    struct Candidate {
        let name: RoomName
        let roomID: Int64
        /// Events up to this are over the bound of messages.
        let throughByNumber: EntryID
    }

    let policy: RetentionPolicy
    let now: Timestamp

    /// Rooms behind a number that have events, and the last number looked at; `nil` at the end.
    ///
    /// - Parameter counted: the head when all rooms were last within the bound of messages. A room without a newer event
    ///   still is, and is not counted again.
    func candidates(
        afterRoom number: Int64, counted: EntryID, in db: Database
    ) throws -> (rooms: [Candidate], last: Int64)? {
        let statement = try PreparedStatement(Self.nextRooms, in: db)
        defer { statement.reset() }
        try statement.bind(number, at: 1)
        try statement.bind(Int64(Self.roomsAtOnce), at: 2)
        var rooms: [Candidate] = []
        var end: Int64?
        while try statement.step() {
            let roomID = statement.int64(0)
            end = roomID
            guard !statement.isNull(2) else { continue }
            let isCounted = statement.int64(2) <= counted.rawValue
            let candidate = Candidate(
                name: RoomName(stored: statement.string(1)), roomID: roomID,
                throughByNumber: isCounted ? .zero : try throughByNumber(roomID, in: db))
            if try nextStep(candidate, in: db) != nil { rooms.append(candidate) }
        }
        return end.map { (rooms, $0) }
    }

    /// What is to be removed of a room next; `nil` when nothing is.
    func nextStep(_ room: Candidate, in db: Database) throws -> Expiry? {
        if policy.days == nil && room.throughByNumber == .zero { return nil }
        let cutoff = policy.days.map { (now - .days($0)).description }
        let (latest, statement) = (now.description, try PreparedStatement(Self.oldest, in: db))
        defer { statement.reset() }
        try statement.bind(room.roomID, at: 1)
        try statement.bind(Int64(Self.stepEvents), at: 2)
        var through = EntryID.zero
        var bytes: Int64 = 0
        while bytes < Self.stepBytes, try statement.step() {
            let id = EntryID(rawValue: statement.int64(0))
            // RFC 3339 in UTC, always as long: it sorts as text.
            let sentAt = statement.isNull(1) ? nil : statement.string(1)
            bytes += statement.int64(2)
            if id <= room.throughByNumber || cutoff.map({ sentAt ?? $0 < $0 }) ?? false {
                through = id
            } else if cutoff == nil || sentAt.map({ $0 <= latest }) ?? false {
                break
            }
            // Else it is stamped with a time to come, by a clock that was wrong: it goes with the next that is old.
        }
        return through > .zero ? Expiry(room: room.name, roomID: room.roomID, through: through) : nil
    }

    private func throughByNumber(_ roomID: Int64, in db: Database) throws -> EntryID {
        guard let kept = policy.messages else { return .zero }
        let statement = try PreparedStatement(Self.newestBut, in: db)
        defer { statement.reset() }
        try statement.bind(roomID, at: 1)
        try statement.bind(Int64(kept), at: 2)
        return try statement.step() ? EntryID(rawValue: statement.int64(0)) : .zero
    }
}
