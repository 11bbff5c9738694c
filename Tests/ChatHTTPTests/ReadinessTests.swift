import Chat
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import ChatHTTP

@Suite struct ReadinessTests {
    @Test func server_IsReadyAfterAProbe() throws {
        let server = try TestServer()
        let answer = try server.get("/readyz")
        #expect(answer.status == 200)
        #expect(answer.text == "ready\n")
        #expect(answer["Cache-Control"] == "no-store")
    }

    @Test func logThatFails_IsToldWithItsReason() throws {
        let server = try TestServer(failure: .unavailable(reason: "the disk is full"))
        let answer = try server.get("/readyz")
        #expect(answer.status == 503)
        #expect(answer.code == "not_ready")
        #expect(answer.text.contains("the disk is full"))
        #expect(answer["Retry-After"] == "5")
    }

    @Test func manyAtOnce_ShareOneProbe() {
        let log = SlowLog()
        let readiness = Readiness(of: log)
        let outcomes = Outcomes()
        for _ in 0..<100 { readiness.ask { outcomes.add($0) } }
        #expect(log.probes.count == 1)
        #expect(outcomes.all.isEmpty)
        log.answer(.success(()))
        #expect(outcomes.all == Array(repeating: true, count: 100))
        readiness.ask { outcomes.add($0) }
        #expect(log.probes.count == 1)
        log.answer(.failure(.unavailable(reason: "full")))
        #expect(outcomes.all.last == false)
    }

    @Test func successOfLate_NeedsNoProbe_AndAnOldOneDoes() {
        let log = SlowLog()
        let readiness = Readiness(of: log)
        let outcomes = Outcomes()
        log.success.withLock { $0 = .now - .seconds(4) }
        readiness.ask { outcomes.add($0) }
        #expect(outcomes.all == [true])
        log.success.withLock { $0 = .now - .seconds(6) }
        readiness.ask { outcomes.add($0) }
        #expect(log.probes.count == 1)
        log.answer(.success(()))
    }

    @Test func probeWithoutAnOutcome_IsNotWaitedForLong() throws {
        let log = SlowLog()
        let readiness = Readiness(of: log, patience: 50)
        let outcomes = Outcomes()
        readiness.ask { outcomes.add($0) }
        try waitUntil("the asker is told") { !outcomes.all.isEmpty }
        #expect(outcomes.all == [false])
        // Others wait for the same probe, and its end is told to them alone.
        readiness.ask { outcomes.add($0) }
        #expect(log.probes.count == 1)
        log.answer(.success(()))
        #expect(outcomes.all == [false, true])
    }

    /// A small disk that is really full, and then is not: a single server's. A node's holds back what the cluster has; see `ReplicaTests`.
    @Test(
        .enabled(if: geteuid() == 0, "mounting a disk takes root"),
        .enabled(if: TestEngine.servers == nil, "a cluster's log is on other disks"))
    func fullDisk_IsNotReadyUntilThereIsSpace() throws {
        let disk = try SmallDisk(kilobytes: 600)
        let server = try TestServer(in: disk.folder)
        try server.post("before")
        #expect(try server.get("/readyz").status == 200)
        disk.fill()
        #expect(try server.send(.text("lost")).status == 503)
        let answer = try server.get("/readyz")
        #expect(answer.status == 503)
        #expect(answer.text.contains("the disk is full"))
        disk.makeSpace()
        #expect(try server.get("/readyz").status == 200)
        #expect(try server.post("after") == 2)
        server.drain()
    }
}

private final class Outcomes: Sendable {
    private let outcomes = Mutex<[Bool]>([])

    var all: [Bool] { outcomes.withLock { $0 } }

    func add(_ outcome: Readiness.Outcome) {
        outcomes.withLock { outcomes in
            if case .success = outcome { outcomes.append(true) } else { outcomes.append(false) }
        }
    }
}

/// Probes wait until the test answers them.
private final class SlowLog: Log {
    typealias Completion = @Sendable (Result<Void, LogFailure>) -> Void

    let epoch = Epoch("k3f9ab")!
    let headWhenOpened = EntryID.zero
    let probes = Probes()
    let success = Mutex<ContinuousClock.Instant?>(nil)
    var lastSuccess: ContinuousClock.Instant? { success.withLock { $0 } }

    final class Probes: Sendable {
        let waiting = Mutex<[Completion]>([])
        var count: Int { waiting.withLock { $0.count } }
    }

    func append(_ action: AccessAction, completion: @escaping AccessCompletion) {
        completion(.failure(.failed(.unavailable(reason: "a test"))))
    }

    func append(_ post: Post, completion: @escaping AppendCompletion) {}

    func probe(completion: @escaping Completion) {
        probes.waiting.withLock { $0.append(completion) }
    }

    func answer(_ result: Result<Void, LogFailure>) {
        let waiting = probes.waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for completion in waiting { completion(result) }
    }
}
