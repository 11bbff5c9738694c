internal import Chat
internal import GRDB

/// A step of the sweep over the idempotency keys: keys of a range whose message is gone are marked with the time at which
/// they may be forgotten, and those whose time has come are. Keys of a deleted room are at once: nobody can ask for them.
///
/// An entry of the log like `Expiry`, and for the same reason. The latest is kept: it tells how far the sweep has come,
/// or when it ended.
struct KeySweep: Sendable {
    static let kind = "key_sweep"
    static let version: Int64 = 1
    /// In the place of a room's number.
    static let subject: Int64 = 0

    /// How long a key outlives its message at least.
    static let graceDays: Int64 = 7
    static let graceMilliseconds = graceDays * 86_400_000

    /// A place in the table, by its primary key.
    struct Place: Hashable, Sendable {
        let key: String
        let roomID: Int64
        let sender: String

        /// Before every key: none is empty.
        static let start = Place(key: "", roomID: 0, sender: "")
    }

    let after: Place
    /// Included.
    let through: Place
    /// The proposer's clock.
    let at: Timestamp
    /// Nothing comes behind it: the sweep has ended.
    let isLast: Bool

    private static let range = """
        (key, room_id, sender) > (?1, ?2, ?3) AND (key, room_id, sender) <= (?4, ?5, ?6)
        """
    static let mark = """
        UPDATE idempotency_keys SET forget_at = ?7 + \(graceMilliseconds)
        WHERE \(range) AND forget_at IS NULL AND NOT EXISTS (SELECT 1 FROM entries WHERE id = entry_id)
        """
    static let forget = """
        DELETE FROM idempotency_keys WHERE \(range) AND (forget_at <= ?7
          OR NOT EXISTS (SELECT 1 FROM rooms WHERE rooms.room_id = idempotency_keys.room_id))
        """

    func apply(as id: EntryID, in db: Database) throws {
        for sql in [Self.mark, Self.forget] {
            let statement = try PreparedStatement(sql, in: db)
            try statement.bind(after, at: 1)
            try statement.bind(through, at: 4)
            try statement.bind(at.millisecondsSince1970, at: 7)
            try statement.run()
        }
        let predecessors = try PreparedStatement(Expiry.removePredecessors, in: db)
        try predecessors.bind(Self.subject, at: 1)
        try predecessors.run()
        try LogEntry(id: id, subject: Self.subject, kind: Self.kind, version: Self.version, json: json(as: id))
            .insert(in: db)
    }

    /// - Parameter id: `nil` before it has its place in the log. Once it has, the last step says nothing of the keys, which may be gone:
    ///   the next sweep begins at the first.
    func json(as id: EntryID?) -> [UInt8] {
        var json = JSONObject()
        if let id { json.set("id", id.rawValue) }
        if id == nil || !isLast {
            json.set("after", after.parts)
            json.set("through", through.parts)
        }
        json.set("at_ms", at.millisecondsSince1970)
        json.set("last", isLast)
        return json.bytes()
    }
}

extension KeySweep.Place {
    fileprivate var parts: [String] { [key, String(roomID), sender] }
}

extension PreparedStatement {
    /// Takes three parameters.
    func bind(_ place: KeySweep.Place, at index: Int32) throws {
        try bind(place.key, at: index)
        try bind(place.roomID, at: index + 1)
        try bind(place.sender, at: index + 2)
    }
}
