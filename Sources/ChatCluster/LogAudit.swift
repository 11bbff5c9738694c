internal import Chat
internal import DequeModule
internal import Dispatch
internal import Synchronization

/// Who is asked what the stream has, and how it stands. Waits for NATS.
protocol StreamLeader: Sendable {
    func proposal(at id: Int64) throws(NATSError) -> String?
    func state() throws(NATSError) -> JetStream.State?
}

extension JetStream: StreamLeader {}

/// Holds what this node has applied lately against what the stream's leader has.
///
/// It should be the same, and yet: a NATS 2.9 server that led, was killed and came back has been seen with an entry that the others never agreed on,
/// in the place of another (nats-io/nats-server, issues 4174 and 5576). A node that reads from that server applies it. Nobody was told that such an entry
/// is stored (`PendingProposals.applied`), but it would be shown here for ever.
///
/// The leader is asked for entries one by one, on a queue of its own: all of them while there are few, else those since the last look when
/// another server has come to lead. A difference counts when it is found twice (`Doubt`): the file is made anew for it.
final class LogAudit: Sendable {
    typealias Applied = (id: EntryID, proposal: String)

    /// Older ones that were not looked at are let go.
    private static let remembered = 10_000
    /// So many are looked at always.
    private static let few = 200

    private struct State {
        /// Applied, and not to be passed over yet.
        var entries: Deque<Applied> = []
        var leader: String?
        var isLooking = false
        /// Something else was said to be in its place. It is looked at again, whatever has been let go.
        var doubted: (entry: Applied, doubt: Doubt)?

        var next: Applied? { doubted?.entry ?? entries.first }
    }

    private let progress: ApplyProgress
    private let state = Mutex(State())
    /// For tests, which wait for it.
    let queue = DispatchQueue(label: "roomcast.cluster.audit")

    private let now: @Sendable () -> ContinuousClock.Instant

    init(progress: ApplyProgress, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.progress = progress
        self.now = now
    }

    // MARK: On the applying thread

    func note(_ entries: some Collection<Applied>) {
        state.withLock { state in
            state.entries.append(contentsOf: entries)
            state.entries.removeFirst(max(0, state.entries.count - Self.remembered))
        }
    }

    /// - Parameters:
    ///   - stream: is asked.
    ///   - leader: who leads it now.
    ///   - mustLook: the connection was made anew.
    func look(_ stream: any StreamLeader, leader: String?, mustLook: Bool) {
        let isDue = state.withLock { state in
            if state.isLooking { return false }
            let isAnother = leader != state.leader
            state.leader = leader
            guard isAnother || mustLook || state.entries.count <= Self.few || state.doubted != nil else {
                state.entries = []
                return false
            }
            state.isLooking = true
            return true
        }
        guard isDue else { return }
        queue.async { [self] in
            while let next = state.withLock({ $0.next }), compare(next, with: stream) {}
            state.withLock { $0.isLooking = false }
        }
    }

    // MARK: On the queue

    /// - Returns: whether it is done with. While nobody answers, or there is doubt, the entry is left for the next look.
    private func compare(_ entry: Applied, with stream: any StreamLeader) -> Bool {
        do throws(NATSError) {
            if let reason = try Self.difference(entry, stream) {
                // Asked after that: who leads nobody by now led nobody for certain when it said so, or is about to learn better.
                if let standing = try stream.state() { suspect(entry, reason, in: standing) }
                return false
            }
        } catch {
            return false
        }
        progress.doubts(false)
        state.withLock { state in
            state.doubted = nil
            // It may have been let go meanwhile.
            if state.entries.first?.id == entry.id { state.entries.removeFirst() }
        }
        return true
    }

    private func suspect(_ entry: Applied, _ reason: String, in standing: JetStream.State) {
        progress.doubts(true)
        let isBelieved = state.withLock { state in
            var doubt = state.doubted?.doubt ?? Doubt()
            defer { state.doubted = (entry, doubt) }
            return doubt.isBelieved(of: standing, at: now())
        }
        if isBelieved { progress.diverged(reason) }
    }

    /// - Returns: what differs; `nil` when nothing does, or when retention has removed it.
    static func difference(_ entry: Applied, _ stream: any StreamLeader) throws(NATSError) -> String? {
        guard let there = try stream.proposal(at: entry.id.rawValue), there != entry.proposal else { return nil }
        return "the cluster's log has another entry at \(entry.id) than the one applied here"
    }
}
