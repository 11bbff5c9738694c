import Chat
import Dispatch
import Synchronization
import Testing

@testable import ChatStorage

struct ProbeTests {
    let folder = TemporaryFolder()

    private func probe(_ log: OpenLog) throws -> Result<Void, LogFailure> {
        let outcome = Mutex<Result<Void, LogFailure>?>(nil)
        let done = DispatchSemaphore(value: 0)
        log.log.probe { result in
            outcome.withLock { $0 = result }
            done.signal()
        }
        try #require(done.wait(timeout: .now() + 30) == .success)
        return outcome.withLock { $0! }
    }

    @Test func aProbe_WritesAndReadsAndChangesNothing() throws {
        let log = try OpenLog(folder)
        log.post(.of("1"))
        let size = folder.size(of: "roomcast.sqlite-wal")
        try probe(log).get()
        #expect(folder.size(of: "roomcast.sqlite-wal") > size)
        #expect(log.post(.of("2")).id == 2)
        #expect(log.observer.batches.count == 2)
    }

    @Test func onAFullDisk_AProbeFailsAndLaterSucceeds() throws {
        FaultyDisk.install()
        let log = try OpenLog(folder)
        try probe(log).get()
        #expect(log.log.lastSuccess != nil)
        FaultyDisk.set(.full, at: folder.path + "/roomcast.sqlite-wal")
        guard case .failure(.unavailable(let reason)) = try probe(log) else {
            Issue.record("the probe did not fail")
            return
        }
        #expect(reason == "the disk is full")
        #expect(log.log.lastSuccess == nil)
        FaultyDisk.set(nil, at: folder.path + "/roomcast.sqlite-wal")
        try probe(log).get()
        #expect(log.log.lastSuccess != nil)
        #expect(log.post(.of("1")).id == 1)
    }

    @Test func aPostThatFails_EndsTheSuccess_AndARepeatIsNone() throws {
        FaultyDisk.install()
        let log = try OpenLog(folder)
        log.post(.of("1", key: "k"))
        #expect(log.log.lastSuccess != nil)
        FaultyDisk.set(.full, at: folder.path + "/roomcast.sqlite-wal")
        log.post(.of("2"))
        #expect(log.log.lastSuccess == nil)
        #expect(log.post(.of("1", key: "k")).isRepeat == true)
        #expect(log.log.lastSuccess == nil)
    }

    @Test func overTheirNumber_ProbesAreRefusedAtOnce() throws {
        let log = try OpenLog(folder, started: false)
        let failures = Mutex(0)
        for _ in 0..<WaitingPosts.maximumChores + 5 {
            log.log.probe { if case .failure = $0 { failures.withLock { $0 += 1 } } }
        }
        #expect(failures.withLock { $0 } == 5)
        log.log.close()
        #expect(failures.withLock { $0 } == WaitingPosts.maximumChores + 5)
    }

    @Test func statistics_CountWhatTheLogDid() throws {
        var bounds = SQLiteLog.Bounds()
        bounds.waitingPosts = 6
        let log = try OpenLog(folder, bounds: bounds, retention: RetentionPolicy(messages: 2), started: false)
        let posts: [Post] = [
            .of("1", key: "k"), .of("1", key: "k"), .of("re", replyTo: 99), .of("2"), .of("3"), .of("4"), .of("full"),
        ]
        let answers = posts.map { log.begin($0) }
        let waiting = log.log.statistics()
        #expect(waiting.waitingPosts == 6 && waiting.waitingBytes > 6 * 512 && waiting.postsRefused == 1)
        log.start()
        for answer in answers { _ = answer.wait() }
        log.post(.of("5"))
        log.expire()
        let statistics = log.log.statistics()
        #expect(statistics.postsStored == 5 && statistics.repeats == 1 && statistics.postsRejected == 1)
        #expect(statistics.batches == 2 && statistics.failedBatches == 0 && statistics.postsFailed == 0)
        #expect(statistics.batchSizes.counts == [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] && statistics.batchSizes.sum == 7)
        #expect(statistics.commitSeconds.counts.reduce(0, +) == 2 && statistics.commitSeconds.sum > 0)
        #expect(statistics.expiredEvents == 3)
        #expect(statistics.waitingPosts == 0 && statistics.waitingBytes == 0)
        #expect(statistics.databaseSize >= 4096 && statistics.logFileSize > 4096)
    }

    /// Changes of who may do what come in the same transactions, and some write to a room as a post does.
    @Test func statistics_CountPostsAmongOtherThings() throws {
        let log = try OpenLog(folder, started: false)
        let owner = AccessAction.Work.createAccount(
            name: "ann", key: "ann", role: .admin, passwordHash: "hash", invite: nil)
        let hall = RoomChange(to: RoomSettings(RoomName(stored: "hall")))
        let actions = [owner, owner, .configureRoom(hall, mayMake: true)].map {
            AccessAction($0, by: .operator, at: Timestamp(millisecondsSince1970: 0))
        }
        let results = Mutex<[Bool]>([])
        let done = DispatchSemaphore(value: 0)
        let post = log.begin(.of("hi", key: "k"))
        for action in actions {
            log.log.append(action) { result in
                results.withLock { $0.append((try? result.get()) != nil) }
                done.signal()
            }
        }
        let again = log.begin(.of("hi", key: "k"))
        log.start()
        for answer in [post, again] { _ = answer.wait() }
        for _ in actions { done.wait() }
        #expect(results.withLock { $0 } == [true, false, true])
        let statistics = log.log.statistics()
        #expect(statistics.postsStored == 1 && statistics.repeats == 1 && statistics.postsRejected == 0)
        #expect(statistics.batchSizes.sum == 2)
    }

    @Test func statistics_CountFailures() throws {
        FaultyDisk.install()
        let log = try OpenLog(folder)
        log.post(.of("1"))
        FaultyDisk.set(.full, at: folder.path + "/roomcast.sqlite-wal")
        log.post(.of("2"))
        let statistics = log.log.statistics()
        #expect(statistics.failedBatches == 1 && statistics.postsFailed == 1 && statistics.batches == 1)
    }

    @Test func aHistogram_PutsAValueBelowItsBound() {
        var histogram = Histogram(bounds: [1, 2, 4])
        for value in [0.5, 1, 1.5, 4, 5] { histogram.record(value) }
        #expect(histogram.counts == [2, 1, 1, 1])
        #expect(histogram.sum == 12)
    }
}
