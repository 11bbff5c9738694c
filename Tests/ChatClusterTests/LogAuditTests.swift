import Chat
import Dispatch
import Synchronization
import Testing

@testable import ChatCluster

/// When a node takes what it has applied for something else than the cluster's log.
@Suite struct LogAuditTests {
    /// A stream, as its leader tells of it.
    private final class Leader: StreamLeader {
        let proposals = Mutex<[Int64: String]>([:])
        let leads = Mutex(true)

        init(_ proposals: [Int64: String]) {
            self.proposals.withLock { $0 = proposals }
        }

        func proposal(at id: Int64) -> String? { proposals.withLock { $0[id] } }

        func state() -> JetStream.State? {
            .make(peers: [.leader, .follower(silent: leads.withLock { $0 } ? 1 : 60), .follower(silent: 60)])
        }
    }

    private let leader = Leader([1: "a", 2: "other"])
    private let progress = ApplyProgress(applied: 0)
    private let audit: LogAudit
    private let start = ContinuousClock.now
    /// Passed since `start`.
    private let passed = Elapsed()

    private final class Elapsed: Sendable {
        let time = Mutex(Duration.zero)
    }

    init() {
        audit = LogAudit(progress: progress, now: { [start, passed] in start + passed.time.withLock { $0 } })
        let applied: [LogAudit.Applied] = [(1, "a"), (2, "b")]
        audit.note(applied)
    }

    private func look(after time: Duration) {
        passed.time.withLock { $0 = time }
        audit.look(leader, leader: "a", mustLook: false)
        audit.queue.sync {}
    }

    @Test func difference_Counts_WhenItIsFoundAgainAfterSeconds() {
        look(after: .zero)
        #expect(progress.divergence == nil && !progress.isTrusted, "nobody is to copy what is in doubt")
        look(after: .seconds(4.9))
        #expect(progress.divergence == nil)
        look(after: .seconds(5))
        #expect(progress.divergence?.contains("another entry at 2") == true)
    }

    @Test func difference_OfALeaderWithoutAQuorum_DoesNotCount() {
        leader.leads.withLock { $0 = false }
        for seconds in [0, 10, 20] { look(after: .seconds(seconds)) }
        #expect(progress.divergence == nil)
        leader.leads.withLock { $0 = true }
        look(after: .seconds(30))
        #expect(progress.divergence == nil, "it begins anew")
        leader.leads.withLock { $0 = false }
        look(after: .seconds(40))
        leader.leads.withLock { $0 = true }
        look(after: .seconds(50))
        #expect(progress.divergence == nil, "and again")
        look(after: .seconds(60))
        #expect(progress.divergence != nil)
    }

    @Test func difference_ThatIsTakenBack_IsForgotten() {
        look(after: .zero)
        leader.proposals.withLock { $0[2] = "b" }
        look(after: .seconds(10))
        #expect(progress.divergence == nil && progress.isTrusted)
        leader.proposals.withLock { $0[3] = "other" }
        let applied: [LogAudit.Applied] = [(3, "c")]
        audit.note(applied)
        look(after: .seconds(20))
        #expect(progress.divergence == nil, "another doubt has its own time")
        look(after: .seconds(30))
        #expect(progress.divergence != nil)
    }

    /// So much is applied that nothing of it is looked at, nor kept.
    @Test func difference_IsLookedAtAgain_HoweverMuchFollows() {
        look(after: .zero)
        let applied: [LogAudit.Applied] = (3...20_000).map { (EntryID(rawValue: $0), "x") }
        audit.note(applied)
        look(after: .seconds(10))
        #expect(progress.divergence != nil)
    }
}
