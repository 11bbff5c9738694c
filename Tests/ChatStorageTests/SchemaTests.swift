import Chat
import GRDB
import Testing

@testable import ChatStorage

struct SchemaTests {
    let folder = TemporaryFolder()

    @Test func aFileOfVersion1_OpensAndReadsAndGoesOn() throws {
        try FrozenSchema.make(at: folder.databasePath)
        let log = try OpenLog(folder)
        #expect(log.log.epoch == Epoch("k3f9ab"))
        #expect(log.log.guestSecret == Array(0...31))
        #expect(log.log.headWhenOpened == 3)
        let page = try log.archive.page(of: [.lobby, RoomName("大厅")], after: 0, through: 3, byteLimit: 10_000)
        let texts = try page.events.map { try StoredJSON($0.json).text }
        #expect(texts == ["one", "two", "three"])
        #expect(log.post(.of("two", in: "大厅", key: "k")).isRepeat == true)
        let next = try StoredJSON(log.post(.of("four", replyTo: 1)).get().json)
        #expect(next.id == 4)
        #expect(next.prev == 3)
    }

    @Test func aFileOfVersion1_HasItsRepliesFoundAndNothingExpired() throws {
        try FrozenSchema.make(
            at: folder.databasePath,
            adding: """
                INSERT INTO entries VALUES
                  (4, 1, 3, 'message', 1, '{"id":4,"room":"lobby","prev":3,"text":"re","reply_to":1}'),
                  (5, 1, 4, 'message', 1, '{"id":5,"room":"lobby","prev":4,"text":"\\"reply_to\\":1"}'),
                  (6, 1, 5, 'message', 1, '{"id":6,"room":"lobby","prev":5,"text":"re","reply_to":"1"}'),
                  (7, 1, 6, 'message', 1, 'no JSON');
                """)
        let log = try OpenLog(folder)
        let reply = try log.archive.reply(to: 1, in: .lobby, through: 7)
        #expect(try reply.map { try StoredJSON($0).id } == 4)
        let replies = try log.log.reading {
            try Int.fetchAll($0, sql: "SELECT id FROM entries WHERE reply_to IS NOT NULL")
        }
        #expect(replies == [4])
        #expect(try log.archive.page(of: [.lobby], after: 0, through: 7, byteLimit: 10_000).expired.isEmpty)
    }

    @Test func aNewFile_HasTheFrozenSchema() throws {
        try OpenLog(folder).log.close()
        let frozen = TemporaryFolder()
        try FrozenSchema.make(
            at: frozen.databasePath, adding: FrozenSchema.version2 + FrozenSchema.version3 + FrozenSchema.version4)
        #expect(try schema(of: folder) == schema(of: frozen))
    }

    /// Of every version so far; grows by one statement list with each.
    private func schema(of folder: TemporaryFolder) throws -> [String] {
        let database = try DatabaseQueue(path: folder.databasePath)
        return try database.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'grdb_%' ORDER BY name
                    """)
        }
    }

    @Test(arguments: [
        CommitStatements.findRoom, CommitStatements.findKey, CommitStatements.findMessage, CommitStatements.readJSON,
        EntryQueries.findRoom, EntryQueries.readEvent, EntryQueries.idsUpwards, EntryQueries.idsDownwards,
        EntryQueries.messagesUpwards, EntryQueries.messagesDownwards, EntryQueries.readMessage, EntryQueries.findOldest,
        EntryQueries.findReply, EveryRoom.eventsUpwards, EveryRoom.idsDownwards, EveryRoom.roomName,
        EveryRoom.expiredRooms, RoomList.findRoom, RoomList.readTime, CommitStatements.readExpiry,
        Expiry.findLast, Expiry.remove, Expiry.note, Expiry.removePredecessors, ExpiryPlan.nextRooms,
        ExpiryPlan.newestBut, ExpiryPlan.oldest, KeySweepPlan.anyExpired, KeySweepPlan.newestDeletion,
        KeySweepPlan.lastStep, AccessTables.audit, RoomRemoval.begin, RoomRemoval.leaveRooms, RoomRemoval.removeAudit,
        RoomRemoval.end, RoomRemoval.nextRoom, RoomRemoval.oldestEntries, RoomRemoval.oldestAudit,
    ])
    func everyQuery_SeeksAndNeverSortsOrScans(sql: String) throws {
        let database = try LogDatabase.open(in: DataFolder(path: folder.path))
        let plan = try database.pool.read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
            let names = Set(sql.matches(of: /[:?]\w*/).map { "\($0.0)" }.filter { $0 != "?" })
            statement.setUncheckedArguments(
                StatementArguments(Array(repeating: 1, count: names.count + sql.count { $0 == "?" })))
            return try Row.fetchAll(statement).map { $0["detail"] as String }
        }
        database.close(reportingTo: .silent)
        for step in plan {
            #expect(step.hasPrefix("SEARCH") || step.contains("SCALAR SUBQUERY"), "\(plan)")
        }
        #expect(!plan.isEmpty)
    }

    @Test func idsOfARoom_AreReadFromTheIndexAlone() throws {
        let database = try LogDatabase.open(in: DataFolder(path: folder.path))
        for sql in [EntryQueries.idsUpwards, EntryQueries.idsDownwards] {
            let plan = try database.pool.read { db in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: [1, 1, 1, 1])
            }
            let detail: String = plan[0]["detail"]
            #expect(detail == "SEARCH entries USING COVERING INDEX entries_by_room (room_id=? AND rowid>? AND rowid<?)")
        }
        database.close(reportingTo: .silent)
    }

    /// A list of rooms looks at each room once, and seeks its last event in the index.
    @Test func aListOfRooms_SeeksOneEventARoom() throws {
        let database = try LogDatabase.open(in: DataFolder(path: folder.path))
        let plan = try database.pool.read { db in
            try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + RoomList.newestRooms,
                arguments: ["through": 1, "before": 1, "limit": 1]
            ).map { $0["detail"] as String }
        }
        database.close(reportingTo: .silent)
        #expect(
            plan == [
                "MATERIALIZE active", "SCAN rooms", "CORRELATED SCALAR SUBQUERY 1",
                "SEARCH entries USING COVERING INDEX entries_by_room (room_id=? AND rowid<?)", "SCAN active",
                "USE TEMP B-TREE FOR ORDER BY",
            ])
    }
}
