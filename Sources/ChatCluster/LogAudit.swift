internal import Chat
internal import DequeModule
internal import Dispatch

/// Holds what this node has applied lately against what the stream's leader has.
///
/// It should be the same, and yet: a NATS 2.9 server that led, was killed and came back has been seen with an entry that the others never agreed on,
/// in the place of another (nats-io/nats-server, issues 4174 and 5576). A node that reads from that server applies it. Nobody was told that such an entry
/// is stored (`PendingProposals.applied`), but it would be shown here for ever.
///
/// The leader is asked for entries one by one, on a queue of its own: all of them while there are few, else those since the last look when
/// another server has come to lead.
final class LogAudit: Sendable {
    /// Applied since the last look. Older ones are let go.
    private static let remembered = 10_000
    /// So many are looked at always.
    static let few = 200

    private let progress: ApplyProgress
    private let queue = DispatchQueue(label: "roomcast.cluster.audit")
    private let applied: ThreadConfined<Deque<(id: EntryID, proposal: String)>>
    private let lastLeader: ThreadConfined<String?>

    init(progress: ApplyProgress) {
        self.progress = progress
        applied = ThreadConfined([])
        lastLeader = ThreadConfined(nil)
    }

    // MARK: On the applying thread

    func note(_ id: EntryID, _ proposal: String) {
        if applied.value.count == Self.remembered { applied.value.removeFirst() }
        applied.value.append((id, proposal))
    }

    /// - Parameters:
    ///   - leader: who leads the stream now.
    ///   - mustLook: the connection was made anew, or the consumer.
    func look(_ jetStream: JetStream, leader: String?, mustLook: Bool) {
        let isAnother = leader != lastLeader.value
        lastLeader.value = leader
        let entries = applied.value
        applied.value = []
        guard isAnother || mustLook || entries.count <= Self.few else { return }
        queue.async { [progress] in
            if let reason = Self.difference(entries, jetStream) { progress.diverged(reason) }
        }
    }

    // MARK: On the queue

    /// - Returns: what differs; `nil` when nothing does, or nobody can say now.
    static func difference(_ entries: some Sequence<(id: EntryID, proposal: String)>, _ jetStream: JetStream) -> String?
    {
        for (id, proposal) in entries {
            // Without an answer the next look has the same leader, or another, and later entries.
            guard let there = try? jetStream.proposal(at: id.rawValue) else { continue }
            if there != proposal { return "the cluster's log has another entry at \(id) than the one applied here" }
        }
        return nil
    }
}

/// Belongs to one thread, though the object that holds it is everybody's.
private final class ThreadConfined<Value>: @unchecked Sendable {
    // Unchecked: only the applying thread touches it.
    var value: Value

    init(_ value: Value) {
        self.value = value
    }
}
