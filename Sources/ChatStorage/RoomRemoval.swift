internal import Chat
internal import GRDB

/// How a deleted room goes: its name at once, in the transaction that deletes it, and what was in it step by step.
///
/// A room may hold millions of events, and the thread that commits must not stand still for them. So the room only leaves
/// `rooms`, where everybody looks for rooms, for `deleted_rooms`, where nobody does; its name stands for another number from then
/// on. What is left under the old number is retention's to remove, by steps like any other (`Expiry`): they are entries of the log, so
/// all servers that share it come to the same, and what is removed is purged from a cluster's stream, too.
enum RoomRemoval {
    /// One that has nothing left is not waited for.
    static let begin = """
        INSERT INTO deleted_rooms (room_id, name) SELECT room_id, name FROM rooms WHERE room_id = ?1
        AND (EXISTS (SELECT 1 FROM entries WHERE room_id = ?1) OR EXISTS (SELECT 1 FROM audit WHERE room_id = ?1))
        """
    static let leaveRooms = "DELETE FROM rooms WHERE room_id = ?"
    static let follow = "INSERT INTO rooms (room_id, name, deletion) VALUES (?1, ?2, ?1)"
    static let removeAudit = """
        DELETE FROM audit WHERE room_id = ?1 AND id <= ?2 AND EXISTS (SELECT 1 FROM deleted_rooms WHERE room_id = ?1)
        """
    static let end = """
        DELETE FROM deleted_rooms WHERE room_id = ?1
        AND NOT EXISTS (SELECT 1 FROM entries WHERE room_id = ?1) AND NOT EXISTS (SELECT 1 FROM audit WHERE room_id = ?1)
        """
    static let nextRoom = "SELECT room_id, name FROM deleted_rooms WHERE room_id > 0 ORDER BY room_id LIMIT 1"
    static let oldestEntries = """
        SELECT id, length(CAST(json AS BLOB)) FROM entries WHERE room_id = ? ORDER BY id LIMIT ?
        """
    static let oldestAudit = """
        SELECT id, length(CAST(json AS BLOB)) FROM audit WHERE room_id = ? ORDER BY id LIMIT ?
        """

    /// Takes a room's name from it, and gives it to the number under which the event is kept that tells of this.
    ///
    /// - Parameter id: of that event.
    static func begin(_ roomID: Int64, named name: RoomName, as id: EntryID, in db: Database) throws {
        for sql in [begin, leaveRooms] {
            let statement = try PreparedStatement(sql, in: db)
            try statement.bind(roomID, at: 1)
            try statement.run()
        }
        let successor = try PreparedStatement(follow, in: db)
        try successor.bind(id.rawValue, at: 1)
        try successor.bind(name.text, at: 2)
        try successor.run()
    }

    /// What is to be removed next; `nil` when nothing is left of any deleted room. It reads only. Of what was done by those who
    /// looked after the room nobody can ask any more; it goes after the events.
    static func nextStep(in db: Database) throws -> Expiry? {
        let room = try PreparedStatement(nextRoom, in: db)
        defer { room.reset() }
        guard try room.step() else { return nil }
        let (roomID, name) = (room.int64(0), RoomName(stored: room.string(1)))
        for sql in [oldestEntries, oldestAudit] {
            if let through = try stepEnd(sql, roomID, in: db) {
                return Expiry(room: name, roomID: roomID, through: through)
            }
        }
        throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "of the deleted room \(roomID) nothing is left")
    }

    private static func stepEnd(_ sql: String, _ roomID: Int64, in db: Database) throws -> EntryID? {
        let statement = try PreparedStatement(sql, in: db)
        defer { statement.reset() }
        try statement.bind(roomID, at: 1)
        try statement.bind(Int64(ExpiryPlan.stepEvents), at: 2)
        var through: EntryID?
        var bytes: Int64 = 0
        while bytes < ExpiryPlan.stepBytes, try statement.step() {
            through = EntryID(rawValue: statement.int64(0))
            bytes += statement.int64(1)
        }
        return through
    }
}
