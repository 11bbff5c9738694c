import Chat
import Foundation
import GRDB
import Testing

@testable import ChatStorage

struct CheckTests {
    let folder = TemporaryFolder()

    @Test func aSoundLog_IsFoundSound_BesideItsServer() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(messages: 2))
        log.post((0..<10).map { .of("\($0)", in: $0 < 6 ? "lobby" : "other", key: "key-\($0)") })
        log.post(.of("re", replyTo: 6))
        log.expire()
        let check = try LogCheck(ofFolder: folder.path)
        #expect(check.isSound, "\(check.findings)")
        #expect(check.rooms == 2 && check.expiredRooms == 2 && check.messages == 4)
        #expect(check.keys == 10 && check.keysOfExpired == 7)
        #expect(check.file?.epoch == log.log.epoch && check.file?.schema == Schema.knownVersion)
    }

    @Test func aFileOfVersion1_IsCheckedAsItIs() throws {
        try FrozenSchema.make(at: folder.databasePath)
        let check = try LogCheck(ofFolder: folder.path)
        #expect(check.isSound, "\(check.findings)")
        #expect(check.file?.schema == 1 && check.messages == 3)
    }

    @Test(arguments: [
        ("UPDATE entries SET prev = 0 WHERE id = 5", "entry 5 of room 'lobby' follows 0"),
        ("DELETE FROM entries WHERE id = 3", "entry 5 of room 'lobby' follows 3"),
        ("DELETE FROM entries WHERE id = 1", "entry 3 of room 'lobby' follows 1"),
        ("UPDATE rooms SET expired_through = 3 WHERE name = 'lobby'", "has expired through 3"),
        ("DELETE FROM rooms WHERE name = 'other'", "which is missing"),
        ("DELETE FROM entries WHERE room_id = 2", "room 'other' has no event"),
        ("UPDATE entries SET json = json_set(json, '$.prev', 4) WHERE id = 5", "entry 5 says another id or prev"),
        ("UPDATE entries SET json = 'no JSON' WHERE id = 5", "entry 5 says another id or prev"),
        (
            "UPDATE idempotency_keys SET entry_id = 99 WHERE key = 'k6'",
            "1 idempotency keys lead to entries that are missing"
        ),
        (
            "UPDATE idempotency_keys SET entry_id = 1 WHERE key = 'k6'",
            "1 idempotency keys lead to entries of other rooms"
        ),
    ])
    func whatIsWrong_IsFound(sql: String, finding: String) throws {
        do {
            try OpenLog(folder).post((1...6).map { .of("\($0)", in: $0 % 2 == 1 ? "lobby" : "other", key: "k\($0)") })
        }
        try change(sql)
        let check = try LogCheck(ofFolder: folder.path)
        #expect(check.findings.contains { $0.contains(finding) }, "\(check.findings)")
        #expect(!check.isSound)
    }

    @Test func anIndexThatLacksARow_IsFound() throws {
        do { try OpenLog(folder).post((1...6).map { .of("\($0)") }) }
        try change("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'entries_by_reply'")
        try change("INSERT INTO entries VALUES (7, 1, 6, 'message', 1, '{\"id\":7,\"prev\":6}', 1)")
        try change(
            """
            PRAGMA writable_schema = ON;
            INSERT INTO sqlite_schema VALUES ('index', 'entries_by_reply', 'entries',
              (SELECT max(rootpage) FROM sqlite_schema WHERE name = 'entries_by_room'),
              'CREATE INDEX entries_by_reply ON entries (reply_to) WHERE reply_to IS NOT NULL')
            """)
        let check = try LogCheck(ofFolder: folder.path)
        #expect(check.findings.contains { $0.contains("entries_by_reply") }, "\(check.findings)")
    }

    @Test func manyFindings_AreCountedAndTheFirstTold() throws {
        do { try OpenLog(folder).post((1...100).map { .of("\($0)") }) }
        try change("UPDATE entries SET json = '{}'")
        let check = try LogCheck(ofFolder: folder.path)
        #expect(check.findingCount == 100)
        #expect(check.findings.count == LogCheck.maximumFindings)
    }

    @Test func aFileThatIsNoLog_IsUnsoundOrMissing() throws {
        #expect { try LogCheck(ofFolder: folder.path) } throws: {
            $0 as? StorageError == .noLog(path: folder.databasePath)
        }
        try Data(repeating: 7, count: 9000).write(to: URL(fileURLWithPath: folder.databasePath))
        #expect(try !LogCheck(ofFolder: folder.path).isSound)
        try FileManager.default.removeItem(atPath: folder.databasePath)
        try change("CREATE TABLE songs (title)")
        #expect(try LogCheck(ofFolder: folder.path).findings.contains { $0.contains("not a log") })
        try change("DROP TABLE songs")
        try FileManager.default.removeItem(atPath: folder.databasePath)
        try FrozenSchema.make(at: folder.databasePath, adding: "INSERT INTO grdb_migrations VALUES ('2'), ('99')")
        #expect { try LogCheck(ofFolder: folder.path) } throws: {
            if case .newerSchema = $0 as? StorageError { true } else { false }
        }
    }

    private func change(_ sql: String) throws {
        let queue = try DatabaseQueue(path: folder.databasePath)
        try queue.inDatabase { try $0.execute(sql: sql) }
        try queue.close()
    }
}
