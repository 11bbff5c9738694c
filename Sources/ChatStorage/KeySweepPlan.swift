internal import Chat
internal import GRDB

/// Finds the idempotency keys that the sweep has to mark or forget. It reads only, in a reader's transaction.
struct KeySweepPlan {
    /// Keys in one step.
    static let stepKeys = 500
    /// From the end of one sweep to the next.
    static let pauseMilliseconds: Int64 = 86_400_000

    static let anyExpired = "SELECT 1 FROM rooms WHERE expired_through > 0 LIMIT 1"
    static let newestDeletion = "SELECT max(deletion) FROM rooms WHERE deletion > 0"
    static let lastStep = """
        SELECT json_extract(json, '$.at_ms'), json_extract(json, '$.last'), json_extract(json, '$.through[0]'),
          CAST(json_extract(json, '$.through[1]') AS INTEGER), json_extract(json, '$.through[2]'), id
        FROM entries WHERE room_id = \(KeySweep.subject) AND kind = '\(KeySweep.kind)' ORDER BY id DESC LIMIT 1
        """
    static let nextKeys = """
        SELECT key, room_id, sender,
          CASE WHEN NOT EXISTS (SELECT 1 FROM rooms WHERE rooms.room_id = idempotency_keys.room_id) THEN 1
            WHEN forget_at IS NULL THEN NOT EXISTS (SELECT 1 FROM entries WHERE id = entry_id) ELSE forget_at <= ?5 END
        FROM idempotency_keys WHERE (key, room_id, sender) > (?1, ?2, ?3) ORDER BY key, room_id, sender LIMIT ?4
        """

    let now: Timestamp
    /// The newest deletion of a room when the last sweep began, if this server has seen it begin. One that came meanwhile may have left
    /// keys where the sweep had passed.
    var knownDeletion: Int64?

    /// Where the sweep goes on; `nil` when none is due.
    func start(in db: Database) throws -> KeySweep.Place? {
        let deletion = try newestDeletion(in: db)
        guard try deletion > 0 || hasRow(Self.anyExpired, in: db) else { return nil }
        let statement = try PreparedStatement(Self.lastStep, in: db)
        defer { statement.reset() }
        guard try statement.step() else { return .start }
        let through = KeySweep.Place(
            key: statement.string(2), roomID: statement.int64(3), sender: statement.string(4))
        // A room that was deleted since the last sweep has left its keys.
        let isLast = statement.int64(1) != 0
        if deletion > (isLast ? knownDeletion : nil) ?? statement.int64(5) { return .start }
        guard isLast else { return through }
        let elapsed = now.millisecondsSince1970 - statement.int64(0)
        // A clock that was set back must not put it off for long.
        return elapsed >= Self.pauseMilliseconds || elapsed < 0 ? .start : nil
    }

    /// The next keys: how far they reach, whether any of them has to be marked or forgotten, and whether they are the last.
    func next(after: KeySweep.Place, in db: Database) throws -> (step: KeySweep, hasWork: Bool) {
        let statement = try PreparedStatement(Self.nextKeys, in: db)
        defer { statement.reset() }
        try statement.bind(after, at: 1)
        try statement.bind(Int64(Self.stepKeys), at: 4)
        try statement.bind(now.millisecondsSince1970, at: 5)
        var through = after
        var hasWork = false
        var count = 0
        while try statement.step() {
            count += 1
            through = KeySweep.Place(
                key: statement.string(0), roomID: statement.int64(1), sender: statement.string(2))
            if statement.int64(3) != 0 { hasWork = true }
        }
        return (KeySweep(after: after, through: through, at: now, isLast: count < Self.stepKeys), hasWork)
    }

    /// Zero for none.
    func newestDeletion(in db: Database) throws -> Int64 {
        let statement = try PreparedStatement(Self.newestDeletion, in: db)
        defer { statement.reset() }
        return try statement.step() ? statement.int64(0) : 0
    }

    private func hasRow(_ sql: String, in db: Database) throws -> Bool {
        let statement = try PreparedStatement(sql, in: db)
        defer { statement.reset() }
        return try statement.step()
    }
}
