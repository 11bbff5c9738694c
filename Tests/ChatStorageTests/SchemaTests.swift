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

    @Test func aNewFile_HasTheFrozenSchema() throws {
        try OpenLog(folder).log.close()
        let frozen = TemporaryFolder()
        try FrozenSchema.make(at: frozen.databasePath)
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
    ])
    func everyQuery_SeeksAndNeverSortsOrScans(sql: String) throws {
        let database = try LogDatabase.open(in: DataFolder(path: folder.path))
        let plan = try database.pool.read { db in
            let arguments = StatementArguments(Array(repeating: 1, count: sql.filter { $0 == "?" }.count))
            return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map {
                $0["detail"] as String
            }
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
}
