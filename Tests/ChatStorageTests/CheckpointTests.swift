import Chat
import Dispatch
import Foundation
import GRDB
import Testing

@testable import ChatStorage

struct CheckpointTests {
    let folder = TemporaryFolder()
    private var small: Checkpointer.Bounds {
        Checkpointer.Bounds(startPages: 100, fewPages: 10, keptFileSize: 1 << 20)
    }

    @Test func underConstantLoad_TheLogFileStaysSmall() throws {
        let log = try OpenLog(folder, checkpointing: small)
        let text = String(repeating: "x", count: 8000)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<100 { log.post(.of("\(thread) \(number) \(text)")) }
        }
        // 800 posts are over 1,600 pages.
        #expect(log.observer.events.count == 800)
        #expect(folder.size(of: "roomcast.sqlite-wal") < 1000 * 4096)
        #expect(folder.size(of: "roomcast.sqlite") > 800 * 8000 / 2)
    }

    @Test func behindALongReader_TheLogFileGrowsAndIsTruncatedAfterwards() throws {
        let log = try OpenLog(folder, checkpointing: small)
        let text = String(repeating: "x", count: 16_000)
        log.post(.of("first"))
        let reader = try DatabaseQueue(path: folder.databasePath)
        try reader.writeWithoutTransaction { db in
            try db.execute(sql: "BEGIN")
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM entries")
            for _ in 0..<20 { log.post((0..<20).map { .of("\($0) \(text)") }) }
            #expect(folder.size(of: "roomcast.sqlite-wal") > 1 << 20)
            try db.execute(sql: "COMMIT")
        }
        let deadline = DispatchTime.now() + 10
        while folder.size(of: "roomcast.sqlite-wal") > 1 << 20 && DispatchTime.now() < deadline {
            log.post((0..<20).map { .of("\($0) \(text)") })
        }
        #expect(folder.size(of: "roomcast.sqlite-wal") <= 1 << 20)
    }

    @Test func theFirstCheckpoint_WaitsForItsPages() {
        var schedule = CheckpointSchedule(startPages: 10)
        schedule.batchBegins()
        schedule.batchCommitted(pages: 9)
        #expect(!schedule.isDue)
        schedule.batchBegins()
        schedule.batchCommitted(pages: 1)
        #expect(schedule.isDue)
    }

    /// The WAL-reset bug needs a checkpoint that begins with nothing to copy.
    @Test func aCheckpoint_WaitsForABatchThatBeganAfterTheLastOneEnded() {
        var schedule = CheckpointSchedule(startPages: 1)
        schedule.batchBegins()
        schedule.batchCommitted(pages: 5)
        schedule.batchBegins()
        schedule.checkpointEnded(nextAfter: 0)
        #expect(!schedule.isDue)
        // It began before the end, so its pages may have been copied with the others.
        schedule.batchCommitted(pages: 5)
        #expect(!schedule.isDue)
        schedule.batchBegins()
        #expect(!schedule.isDue)
        // A batch of repeats only writes nothing.
        schedule.batchCommitted(pages: 0)
        #expect(!schedule.isDue)
        schedule.batchBegins()
        schedule.batchCommitted(pages: 1)
        #expect(schedule.isDue)
    }
}
