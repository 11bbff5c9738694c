import Chat
import Foundation
import GRDB
import Testing

@testable import ChatStorage

/// What becomes of idempotency keys when their messages have expired.
struct ExpiredKeyTests {
    let folder = TemporaryFolder()
    let clock = TestClock()

    private func open() throws -> OpenLog {
        try OpenLog(folder, retention: RetentionPolicy(days: 1), clock: clock)
    }

    private func keys(_ log: OpenLog) throws -> [String] {
        try log.log.reading { try String.fetchAll($0, sql: "SELECT key FROM idempotency_keys ORDER BY key") }
    }

    @Test func aRepeatOfAnExpiredMessage_IsToldSo() throws {
        var log: OpenLog? = try open()
        log!.post([.of("before"), .of("hi", key: "k")])
        clock.advance(days: 1.1)
        log!.expire()
        #expect(log!.post(.of("hi", key: "k")).error == .rejected(.messageExpired(2)))
        #expect(log!.post(.of("ho", key: "k")).error == .rejected(.keyReused(first: 2)))
        // As a kill leaves it, and the next life finds it.
        let copy = TemporaryFolder()
        for name in ["roomcast.sqlite", "roomcast.sqlite-wal"] {
            try folder.bytes(of: name)!.write(to: URL(fileURLWithPath: copy.path + "/" + name))
        }
        let survivor = try OpenLog(copy)
        #expect(survivor.post(.of("hi", key: "k")).error == .rejected(.messageExpired(2)))
        log = nil
        log = try open()
        #expect(log!.post(.of("hi", key: "k")).error == .rejected(.messageExpired(2)))
        #expect(log!.post(.of("hi", key: "another")).id != nil)
    }

    @Test func aKeyWhoseEntryIsMissingOtherwise_IsDamage() throws {
        try FrozenSchema.make(at: folder.databasePath, adding: "DELETE FROM entries WHERE id = 2")
        let answer = try OpenLog(folder).post(.of("two", in: "大厅", key: "k"))
        #expect(answer.isUnavailable)
    }

    @Test func aKey_OutlivesItsMessageByAWeekAtLeast() throws {
        var log: OpenLog? = try open()
        log!.post([.of("1", key: "a"), .of("2", key: "b")])
        clock.advance(days: 0.9)
        log!.post(.of("3", key: "c", at: clock.now))
        clock.advance(days: 0.2)
        log!.expire()
        // Marked now; and c's message lives on.
        for _ in 0..<6 {
            clock.advance(days: 1.1)
            log = nil
            log = try open()
            log!.expire()
            #expect(log!.post(.of("1", key: "a")).error == .rejected(.messageExpired(1)))
        }
        #expect(try keys(log!) == ["a", "b", "c"])
        clock.advance(days: 1.1)
        log!.expire()
        #expect(try keys(log!) == ["c"])
        let again = log!.post(.of("1", key: "a", at: clock.now))
        #expect(again.isRepeat == false)
        clock.advance(days: 2)
        log!.expire()
        #expect(try keys(log!) == ["a"])
    }

    @Test func keysOfKeptMessages_AreNeverForgotten() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(messages: 1), clock: clock)
        log.post([.of("1", key: "a"), .of("2", key: "b")])
        for _ in 0..<20 {
            clock.advance(days: 1.1)
            log.expire()
        }
        #expect(try keys(log) == ["b"])
        #expect(log.post(.of("2", key: "b")).isRepeat == true)
    }

    @Test func betweenSweeps_ADayPasses() throws {
        let log = try open()
        log.post(.of("1", key: "a"))
        clock.advance(days: 1.1)
        log.expire()
        let head = log.observer.batches.last!.head
        clock.advance(days: 0.9)
        log.expire()
        #expect(log.observer.batches.last!.head == head)
        clock.advance(days: 0.2)
        log.expire()
        #expect(log.observer.batches.last!.head == head.next)
    }

    @Test func aSweepOfManyKeys_GoesInStepsAndGoesOnWhereItStopped() throws {
        var log: OpenLog? = try open()
        log!.post((0..<1800).map { .of("\($0)", by: "u\($0 % 3)", key: "key-\($0)") })
        clock.advance(days: 1.1)
        log!.expire()
        let marked = "SELECT count(*) FROM idempotency_keys WHERE forget_at IS NOT NULL"
        #expect(try log!.log.reading { try Int.fetchOne($0, sql: marked) } == 1800)
        log = nil
        // As if the sweep had been broken off behind a third of the keys, of which two were not yet marked.
        let file = try DatabaseQueue(path: folder.databasePath)
        try file.write { db in
            try db.execute(
                sql: """
                    UPDATE entries SET json = json_set(json, '$.last', json('false'), '$.through', json_array('key-3', '1', 'guest:u0'))
                      WHERE kind = 'key_sweep';
                    UPDATE idempotency_keys SET forget_at = NULL WHERE key IN ('key-2', 'key-4')
                    """)
        }
        try file.close()
        log = try open()
        log!.expire()
        let unmarked = "SELECT key FROM idempotency_keys WHERE forget_at IS NULL"
        #expect(try log!.log.reading { try String.fetchAll($0, sql: unmarked) } == ["key-2"])
        clock.advance(days: 8)
        log!.expire()
        #expect(try keys(log!) == ["key-2"])
    }

    @Test func theSweep_SeeksAndNeverSortsOrScans() throws {
        let database = try LogDatabase.open(in: DataFolder(path: folder.path))
        for sql in [KeySweep.mark, KeySweep.forget, KeySweepPlan.nextKeys] {
            let plan = try database.pool.read { db in
                let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
                statement.setUncheckedArguments(
                    StatementArguments(Array(repeating: 1, count: sql == KeySweepPlan.nextKeys ? 5 : 7)))
                return try Row.fetchAll(statement).map { $0["detail"] as String }
            }
            #expect(plan.first?.hasPrefix("SEARCH idempotency_keys USING PRIMARY KEY") == true, "\(plan)")
            #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") || $0.contains("SCALAR SUBQUERY") }, "\(plan)")
        }
        database.close(reportingTo: .silent)
    }
}
