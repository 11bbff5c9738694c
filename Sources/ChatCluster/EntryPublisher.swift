internal import Chat
internal import ChatStorage
@preconcurrency internal import Dispatch
internal import Foundation
internal import Logging
internal import Synchronization

/// Sends what was proposed to JetStream, on a thread of its own, in the order in which it was proposed; and gives up what has taken too
/// long.
final class EntryPublisher: Sendable {
    /// From one look at what is late, or to be sent again, to the next.
    private static let tick = DispatchTimeInterval.milliseconds(50)

    let pending: PendingProposals
    private let link: NATSLink
    private let mayWrite: @Sendable (Entry.Kind) -> Bool
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)
    private let timer: any DispatchSourceTimer

    /// - Parameter mayWrite: whether every node can apply entries of a kind. Asked on the publishing thread; may wait for moments.
    init(
        _ pending: PendingProposals, link: NATSLink, mayWrite: @escaping @Sendable (Entry.Kind) -> Bool = { _ in true }
    ) {
        self.pending = pending
        self.link = link
        self.mayWrite = mayWrite
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "roomcast.cluster.deadlines"))
        timer.schedule(deadline: .now() + Self.tick, repeating: Self.tick, leeway: .milliseconds(5))
        timer.setEventHandler { [pending, link, wake] in
            pending.expire(
                reason: link.isConnected
                    ? "the cluster has not acknowledged it in time" : "NATS cannot be reached")
            wake.signal()
        }
        // At once: a source must not go before it was activated.
        timer.activate()
    }

    deinit {
        timer.cancel()
    }

    func start() {
        Thread.start(named: "publish") { [self] in
            run()
            finished.signal()
        }
    }

    /// There is something to send. Any thread; never waits.
    func wakeUp() {
        wake.signal()
    }

    /// Sends no more. Once, after `start`.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        wake.signal()
        finished.wait()
    }

    private func run() {
        while !isStopped.load(ordering: .acquiring) {
            if let jetStream = link.jetStream, link.isConnected { send(through: jetStream) }
            wake.wait()
        }
    }

    private func send(through jetStream: JetStream) {
        while let outgoing = pending.takeToSend() {
            let kind = outgoing.entry.kind
            guard Entry.originalKinds.contains(kind) || mayWrite(kind) else {
                // A node that is being upgraded would stop at it: tried again until it is too late.
                pending.answered(outgoing.proposal, .notTaken)
                continue
            }
            do {
                try jetStream.publish(
                    outgoing.json, kind: "\(kind)", to: jetStream.name.subject(of: kind.name, in: outgoing.entry.room),
                    as: outgoing.proposal)
            } catch {
                if error.isCertain { return pending.notSent(outgoing.proposal) }
                if error.isForGood {
                    pending.refused(outgoing.proposal, Self.refusal(of: outgoing, jetStream, error))
                    continue
                }
                // Some of it may be on its way.
                pending.answered(outgoing.proposal, .unknown(reason: "\(error)"))
            }
            guard link.isConnected else { return }
        }
    }

    private static func refusal(
        of outgoing: PendingProposals.Outgoing, _ jetStream: JetStream, _ error: NATSError
    ) -> AppendError {
        error.isTooLarge
            ? .rejected(
                .tooLargeForCluster(bytes: outgoing.json.count, limit: jetStream.connection.maximumPayload))
            : .failed(.unavailable(reason: "\(error)"))
    }
}
