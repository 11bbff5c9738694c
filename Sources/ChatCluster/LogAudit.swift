internal import Chat
internal import DequeModule
internal import Dispatch
internal import Synchronization

/// Holds what this node has applied lately against what the stream's leader has.
///
/// It should be the same, and yet: a NATS 2.9 server that led, was killed and came back has been seen with an entry that the others never agreed on,
/// in the place of another (nats-io/nats-server, issues 4174 and 5576). A node that reads from that server applies it. Nobody was told that such an entry
/// is stored (`PendingProposals.applied`), but it would be shown here for ever.
///
/// The leader is asked for entries one by one, on a queue of its own: all of them while there are few, else those since the last look when
/// another server has come to lead.
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
    }

    private let progress: ApplyProgress
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "roomcast.cluster.audit")

    init(progress: ApplyProgress) {
        self.progress = progress
    }

    // MARK: On the applying thread

    func note(_ entries: some Collection<Applied>) {
        state.withLock { state in
            state.entries.append(contentsOf: entries)
            state.entries.removeFirst(max(0, state.entries.count - Self.remembered))
        }
    }

    /// - Parameters:
    ///   - leader: who leads the stream now.
    ///   - mustLook: the connection was made anew.
    func look(_ jetStream: JetStream, leader: String?, mustLook: Bool) {
        let isDue = state.withLock { state in
            if state.isLooking { return false }
            let isAnother = leader != state.leader
            state.leader = leader
            guard isAnother || mustLook || state.entries.count <= Self.few else {
                state.entries = []
                return false
            }
            state.isLooking = true
            return true
        }
        guard isDue else { return }
        queue.async { [self] in
            while let next = state.withLock({ $0.entries.first }), compare(next, with: jetStream) {}
            state.withLock { $0.isLooking = false }
        }
    }

    // MARK: On the queue

    /// - Returns: whether it is done with. While nobody answers, the entry is left for the next look.
    private func compare(_ entry: Applied, with jetStream: JetStream) -> Bool {
        do throws(NATSError) {
            if let reason = try Self.difference(entry, jetStream) { progress.diverged(reason) }
        } catch {
            return false
        }
        state.withLock { state in
            // It may have been let go meanwhile.
            if state.entries.first?.id == entry.id { state.entries.removeFirst() }
        }
        return true
    }

    /// - Returns: what differs; `nil` when nothing does, or when retention has removed it.
    static func difference(_ entry: Applied, _ jetStream: JetStream) throws(NATSError) -> String? {
        guard let there = try jetStream.proposal(at: entry.id.rawValue), there != entry.proposal else { return nil }
        return "the cluster's log has another entry at \(entry.id) than the one applied here"
    }
}
