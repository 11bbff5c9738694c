internal import Chat
internal import ChatStorage
internal import Foundation
internal import Logging

/// Reads the cluster's log behind the last entry that this node has applied, applies what comes to the node's file, in batches, and has it
/// shown and answered.
///
/// Everything here runs on one thread of its own.
final class EntryApplier {
    /// What one transaction holds at most.
    private static let batchEntries = 512
    private static let batchBytes = 4 << 20
    /// Between two looks whether the log is still the one that was applied.
    private static let verifiesAfter = Duration.seconds(10)
    private static let pause = 0.25

    private let replica: Replica
    private let link: NATSLink
    private let connected: () -> Void
    private let pending: PendingProposals
    private let observer: any CommitObserver
    private let progress: ApplyProgress
    private let audit: LogAudit
    private let applied: (Entry) -> Void
    private let logger: Logger

    private var last: ReplicaFile.Applied
    private var verifiedAt: ContinuousClock.Instant?
    private var verifiedReconnects = -1
    private var doubt = Doubt()
    private var isTroubled = false
    private var failuresInARow = 0

    /// - Parameters:
    ///   - connected: is told when this has made a connection.
    ///   - applied: is told of each step of retention that this node has proposed, once it has been applied.
    init(
        replica: Replica, link: NATSLink, connected: @escaping () -> Void, pending: PendingProposals,
        observer: any CommitObserver, progress: ApplyProgress, applied: @escaping (Entry) -> Void, logger: Logger
    ) {
        self.replica = replica
        self.link = link
        self.connected = connected
        self.pending = pending
        self.observer = observer
        self.progress = progress
        audit = LogAudit(progress: progress)
        self.applied = applied
        self.logger = logger
        last = replica.appliedWhenOpened
    }

    /// Why a node cannot go on as it is.
    enum End: Error, Hashable {
        case stopped
        /// Its file has to be made anew; `keepingFile` when there may be something in it that the log has lost.
        case mustRebuild(reason: String, keepingFile: Bool, from: JetStreamLog.Source)
        case failed(reason: String)
    }

    /// Works until `progress` says that it is stopped.
    func run() -> End {
        while true {
            do {
                try follow()
            } catch let end as End {
                return end
            } catch {
                if progress.isStopped { return .stopped }
                // Servers come and go; it is tried again for as long as this lasts.
                if !isTroubled {
                    isTroubled = true
                    logger.warning("The cluster's log cannot be read", metadata: ["reason": "\(error)"])
                }
                Thread.sleep(forTimeInterval: Self.pause)
            }
            if progress.isStopped { return .stopped }
        }
    }

    /// Until something fails.
    private func follow() throws {
        let jetStream = try connection()
        try verify(jetStream)
        let consumer = try EntryConsumer(jetStream, after: last.id)
        if isTroubled {
            isTroubled = false
            logger.notice("The cluster's log is read again", metadata: ["applied": "\(last.id)"])
        }
        while true {
            if progress.isStopped { throw End.stopped }
            if let reason = progress.divergence {
                throw End.mustRebuild(reason: reason, keepingFile: true, from: .anotherNodeOrStream)
            }
            let batch = try take(from: consumer)
            if isVerificationDue { try verify(jetStream) }
            if !batch.isEmpty { try apply(batch, isFollowed: consumer.waiting > 0) }
        }
    }

    private func connection() throws(NATSError) -> JetStream {
        if let reason = link.letGoIfEnded() {
            logger.warning("NATS has ended the connection, and another is made", metadata: ["reason": "\(reason)"])
            pending.sendAgain()
        }
        if let there = link.jetStream { return there }
        let jetStream = try link.connect()
        connected()
        return jetStream
    }

    /// Whether the log may have been wound back since the last look: servers may have come back without what they had not synced.
    private var isVerificationDue: Bool {
        guard let verifiedAt else { return true }
        return ContinuousClock.now - verifiedAt >= Self.verifiesAfter || link.reconnects != verifiedReconnects
    }

    private func verify(_ jetStream: JetStream) throws {
        let reconnects = link.reconnects
        let standing = LogStanding(jetStream: jetStream, membership: replica.membership)
        let state = try jetStream.state()
        switch try standing.verdict(about: last, in: state) {
        case .isBeginning: doubt = Doubt()
        case .isOther(let reason):
            try suspect(reason, in: state)
            throw End.mustRebuild(reason: reason, keepingFile: true, from: .stream)
        case .isAhead(let reason):
            try suspect(reason, in: state)
            // Else somebody has just set up another log in its place, which is looked at again.
            guard try standing.drawEpoch() else { throw Suspicion(description: reason) }
            throw End.mustRebuild(reason: reason, keepingFile: true, from: .stream)
        case .isLost(let reason):
            try suspect(reason, in: state)
            throw End.failed(reason: reason)
        }
        progress.verified(lastID: state?.lastID ?? 0)
        audit.look(
            jetStream, leader: state?.peers.first { $0.isLeader }?.name, mustLook: reconnects != verifiedReconnects)
        verifiedAt = .now
        verifiedReconnects = reconnects
    }

    private func suspect(_ reason: String, in state: JetStream.State?) throws {
        guard doubt.isBelieved(of: state) else { throw Suspicion(description: reason) }
    }

    private struct Suspicion: Error, CustomStringConvertible {
        let description: String
    }

    private func take(from consumer: EntryConsumer) throws -> [Replica.Incoming] {
        guard let first = try consumer.next(milliseconds: 100) else { return [] }
        var batch = [try decode(first)]
        var bytes = first.json.count
        var pending = first.pending
        while batch.count < Self.batchEntries, bytes < Self.batchBytes, consumer.waiting > 0,
            let next = try consumer.next(milliseconds: 1)
        {
            batch.append(try decode(next))
            bytes += next.json.count
            pending = next.pending
        }
        progress.received(upTo: batch.last!.id, pending: pending)
        return batch
    }

    private func decode(_ received: EntryConsumer.Received) throws -> Replica.Incoming {
        do {
            guard let kind = Entry.Kind(received.kind) else {
                throw Entry.Malformed(reason: "it says nothing of its kind")
            }
            return Replica.Incoming(
                id: received.id, proposal: received.proposal,
                entry: try Entry(kind: kind, json: received.json))
        } catch {
            throw End.failed(
                reason:
                    "entry \(received.id) of the stream \(link.jetStream?.name.stream ?? "") cannot be applied: \(error)"
            )
        }
    }

    private func apply(_ entries: [Replica.Incoming], isFollowed: Bool) throws {
        // Nothing but retention takes entries out of the stream, so a number that is missing is one that was purged.
        var expected = last.id.next
        for entry in entries where entry.id >= expected {
            guard entry.id == expected else {
                throw End.mustRebuild(
                    reason:
                        "the entries from \(expected) to before \(entry.id) have been removed by retention before they were "
                        + "applied here", keepingFile: false, from: .anotherNode)
            }
            expected = entry.id.next
        }
        let batch = try commit(entries)
        guard let end = entries.last(where: { $0.id == batch.head }) else { return }
        last = ReplicaFile.Applied(id: end.id, proposal: end.proposal)
        audit.note(entries.map { ($0.id, $0.proposal) })
        observer.committed(
            CommittedBatch(
                events: batch.events, rewritten: batch.rewritten, head: batch.head, access: batch.access,
                takesAway: batch.takesAway,
                answers: answers(entries, batch)),
            isFollowed: isFollowed)
        progress.applied(batch.head)
        for entry in entries {
            guard let completion = pending.takeChore(entry.proposal) else { continue }
            applied(entry.entry)
            completion(.success(()))
        }
    }

    /// For those whose posts these were.
    private func answers(_ entries: [Replica.Incoming], _ batch: Replica.Batch) -> [@Sendable () -> Void] {
        let places = Dictionary(entries.map { ($0.proposal, $0.id) }, uniquingKeysWith: { first, _ in first })
        func answer(_ proposal: String, _ tell: @escaping @Sendable () -> Void) -> (@Sendable () -> Void)? {
            guard let id = places[proposal] else { return nil }
            return { [pending, progress] in
                let divergedAt = pending.applied(proposal, at: id, tell: tell)
                if let divergedAt { progress.diverged(Self.divergence(at: divergedAt)) }
            }
        }
        let posts = batch.outcomes.compactMap { proposal, result -> (@Sendable () -> Void)? in
            guard case .post(let completion) = pending.completion(of: proposal) else { return nil }
            return answer(proposal) { completion(result.mapError(AppendError.rejected)) }
        }
        let actions = batch.accessOutcomes.compactMap { proposal, result -> (@Sendable () -> Void)? in
            guard case .access(let completion) = pending.completion(of: proposal) else { return nil }
            return answer(proposal) { completion(result.mapError(AppendError.rejected)) }
        }
        return posts + actions
    }

    static func divergence(at id: EntryID) -> String {
        "the quorum has what was applied here as entry \(id) in another place"
    }

    /// As long as the disk refuses, it is tried again: what is in the cluster's log cannot be passed over.
    private func commit(_ entries: [Replica.Incoming]) throws -> Replica.Batch {
        while true {
            switch replica.apply(entries) {
            case .success(let batch):
                if failuresInARow > 0 {
                    logger.notice("Entries are applied again", metadata: ["failures": "\(failuresInARow)"])
                    failuresInARow = 0
                }
                return batch
            case .failure(let failure):
                failuresInARow += 1
                if failuresInARow == 1 {
                    logger.error("Entries cannot be applied", metadata: ["reason": "\(failure)"])
                }
                progress.failed(reason: "\(failure)")
                if progress.isStopped { throw End.stopped }
                Thread.sleep(forTimeInterval: Self.pause)
            }
        }
    }
}
