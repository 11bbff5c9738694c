internal import Chat
internal import GRDB

/// Whether a log's file is what it should be: SQLite's own check, and what must be true of any log.
///
/// It reads the whole file in one transaction, beside a server or not, and writes nothing.
public struct LogCheck: Sendable {
    /// Findings that are told in words; further ones are counted.
    static let maximumFindings = 20

    /// `nil` when the file is too damaged to say.
    public private(set) var file: LogFile?
    public private(set) var rooms = 0
    public private(set) var messages = 0
    /// Rooms of which retention has removed something.
    public private(set) var expiredRooms = 0
    public private(set) var keys = 0
    /// Keys whose messages retention has removed, and that are not forgotten yet.
    public private(set) var keysOfExpired = 0
    /// What is wrong, a sentence each; the first `maximumFindings`.
    public private(set) var findings: [String] = []
    public private(set) var findingCount = 0

    /// It is the file of a cluster's node.
    private var isNodes = false

    public var isSound: Bool { findingCount == 0 }

    /// The log in a data folder. Its lock is not needed; the log file itself is looked at only where no server writes it.
    public init(ofFolder folder: String) throws(StorageError) {
        let path = DataFolder.databasePath(in: folder)
        try StorageError.requireFile(path, orElse: .noLog(path: path))
        try self.init(ofFile: path)
        // A loss of power may leave whole transactions behind a torn one there: what is missing is in the cluster's log.
        if isNodes { return }
        var damage: String?
        do {
            try DataFolder.whileUnused(folder) { damage = try WriteAheadLog.damage(at: path + "-wal") }
        } catch {
            throw StorageError(error, path: path + "-wal")
        }
        if let damage { find("\(path)-wal is damaged: \(damage)") }
    }

    /// A backup, or any log's database.
    ///
    /// - Throws: when it cannot be looked at, or is no log. Damage is not thrown but found.
    public init(ofFile path: String) throws(StorageError) {
        try StorageError.requireFile(path, orElse: .noFile(path: path))
        do {
            let reader = try LogFile.openReading(path)
            defer { try? reader.close() }
            try reader.read { db in
                for line in try String.fetchAll(db, sql: "PRAGMA quick_check(\(Self.maximumFindings))")
                where line != "ok" {
                    find(line)
                }
                let file = try LogFile(in: db, at: path)
                self.file = file
                isNodes = try ReplicaFile.cluster(in: db) != nil
                do {
                    try checkEntries(in: db, schema: file.schema)
                    try checkIndexes(in: db, schema: file.schema)
                    try checkKeys(in: db, schema: file.schema)
                } catch let error as DatabaseError {
                    find("reading it broke off: \(error.reason)")
                }
            }
        } catch {
            let error = StorageError(error, path: path)
            guard case .damaged(_, let detail) = error else { throw error }
            find(detail)
        }
    }

    private mutating func find(_ finding: String) {
        findingCount += 1
        if findings.count < Self.maximumFindings { findings.append(finding) }
    }

    // MARK: What must be true

    private struct Chain {
        let name: String
        let expiredThrough: Int64
        /// Of the room that had the name before.
        let deletion: Int64
        var last: Int64
    }

    /// Every event of a room names the one before it, the first that is kept the last that was removed, in its column and
    /// in its JSON. With the deletion of another room a chain begins anew; what is left of a deleted room is being removed.
    private mutating func checkEntries(in db: Database, schema: Int) throws {
        var chains: [Int64: Chain] = [:]
        let list = try PreparedStatement(
            "SELECT room_id, name, \(schema < 2 ? "0" : "expired_through"), \(schema < 4 ? "0" : "deletion") FROM rooms",
            in: db)
        defer { list.reset() }
        let deleted = schema < 4 ? [] : try Set(Int64.fetchAll(db, sql: "SELECT room_id FROM deleted_rooms"))
        while try list.step() {
            let (expired, deletion) = (list.int64(2), list.int64(3))
            chains[list.int64(0)] = Chain(
                name: list.string(1), expiredThrough: expired, deletion: deletion,
                last: expired == deletion ? 0 : expired)
            rooms += 1
            if expired > 0 { expiredRooms += 1 }
        }
        let entries = try PreparedStatement(
            """
            SELECT id, room_id, prev, kind = 'message',
              CASE WHEN json_valid(json)
                THEN json_extract(json, '$.id') IS id AND (room_id <= 0 OR json_extract(json, '$.prev') IS prev) END
            FROM entries ORDER BY id
            """, in: db)
        defer { entries.reset() }
        while try entries.step() {
            let (id, roomID, prev) = (entries.int64(0), entries.int64(1), entries.int64(2))
            if entries.int64(4) == 0 { find("entry \(id) says another id or prev in its JSON, or that is not JSON") }
            guard roomID > 0, !deleted.contains(roomID) else { continue }
            if entries.int64(3) != 0 { messages += 1 }
            guard let chain = chains[roomID] else {
                find("entry \(id) is in room \(roomID), which is missing")
                continue
            }
            if id <= chain.expiredThrough {
                find(
                    "entry \(id) of room '\(chain.name)' is there, but the room has expired through \(chain.expiredThrough)"
                )
            } else if prev != chain.last && id != chain.deletion {
                find("entry \(id) of room '\(chain.name)' follows \(prev), but the event before it is \(chain.last)")
            }
            chains[roomID]!.last = id == chain.deletion ? 0 : id
        }
        for chain in chains.values.sorted(by: { $0.name < $1.name }) where chain.last == 0 {
            if chain.deletion > 0 {
                // Nobody has used the name since.
                rooms -= 1
                continue
            }
            find("room '\(chain.name)' has no event, and none has expired")
        }
    }

    private mutating func checkIndexes(in db: Database, schema: Int) throws {
        var indexes = [("entries", "entries_by_room", "1")]
        if schema >= 2 {
            indexes.append(("entries", "entries_by_reply", "reply_to IS NOT NULL"))
            indexes.append(("rooms", "rooms_by_expiry", "expired_through > 0"))
        }
        if schema >= 4 { indexes.append(("rooms", "rooms_by_deletion", "deletion > 0")) }
        for (table, index, condition) in indexes {
            let rows = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table) NOT INDEXED WHERE \(condition)") ?? 0
            let indexed =
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table) INDEXED BY \(index) WHERE \(condition)") ?? 0
            if rows != indexed { find("index \(index) holds \(indexed) rows of \(rows)") }
        }
    }

    /// A key leads to an entry of its room, or to one that retention has removed, or that went with its room.
    private mutating func checkKeys(in db: Database, schema: Int) throws {
        let expiredOfNoRoom = schema < 4 ? 0 : Int64.max
        let statement = try PreparedStatement(
            """
            SELECT count(*), count(*) FILTER (WHERE entries.id IS NULL AND entry_id <= expired),
              count(*) FILTER (WHERE entries.id IS NULL AND entry_id > expired),
              count(*) FILTER (WHERE entries.room_id <> keys.room_id)
            FROM (SELECT room_id, entry_id, ifnull((SELECT \(schema < 2 ? "0" : "expired_through") FROM rooms
              WHERE rooms.room_id = idempotency_keys.room_id), \(expiredOfNoRoom)) AS expired FROM idempotency_keys) AS keys
            LEFT JOIN entries ON entries.id = entry_id
            """, in: db)
        defer { statement.reset() }
        guard try statement.step() else { return }
        keys = Int(statement.int64(0))
        keysOfExpired = Int(statement.int64(1))
        let (orphans, strays) = (statement.int64(2), statement.int64(3))
        if orphans > 0 { find("\(orphans) idempotency keys lead to entries that are missing and have not expired") }
        if strays > 0 { find("\(strays) idempotency keys lead to entries of other rooms") }
    }
}
