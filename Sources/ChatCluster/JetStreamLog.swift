public import Chat
public import ChatStorage
public import ChatStreams
internal import Dispatch
internal import Foundation
public import Logging
internal import Synchronization

/// The log of a cluster: a JetStream stream that all nodes append to, and this node's copy of what it amounts to.
///
/// ```swift
/// let log = try JetStreamLog(in: folder, settings: settings, …)
/// log.start(showing: hub)
/// log.append(post) { result in … }
/// log.close()
/// ```
///
/// An entry's id is its place in the stream. A post is published, and answered once a quorum of the stream's servers is known to have its
/// entry and it has been applied here, at the same place: so whoever was answered finds the post here at once, and after any crash on every
/// node. What becomes of it, a repeat or a refusal too, is decided where it is applied, and so the same everywhere.
///
/// Two threads work for it besides the replica's and the library's own: one publishes, one applies.
public final class JetStreamLog: StoredLog {
    public let epoch: Epoch
    public let headWhenOpened: EntryID
    /// The same on all nodes.
    public let guestSecret: [UInt8]
    /// What this node has applied. It can be asked until `close`.
    public let projection: Projection
    public let accessWhenOpened: AccessState
    /// This node's name among the others: random, of this process.
    public let node: String

    /// More entries than these behind the stream's end, a node is not ready.
    public static let maximumLag = 1000

    private let settings: ClusterSettings
    private let replica: Replica
    private let link: NATSLink
    private let pending: PendingProposals
    private let publisher: EntryPublisher
    private let progress: ApplyProgress
    private let snapshots: SnapshotServer
    private let upkeep = DispatchQueue(label: "roomcast.cluster.upkeep")
    private let probes = DispatchQueue(label: "roomcast.cluster.probes")
    private let duties: NodeDuties
    /// Once it is started.
    private let presence = Mutex<NodePresence?>(nil)
    private let logger: Logger
    private let folder: DataFolder
    private let isStarted = Atomic(false)
    private let isClosed = Atomic(false)
    private let applierFinished = DispatchSemaphore(value: 0)

    /// Opens this node's file in `folder`, or makes it. With a file that is there it does not wait for NATS; without one it waits for as
    /// long as it takes, and for another node where the stream has lost its beginning to retention.
    ///
    /// - Parameters:
    ///   - rebuild: why the log had ended that was open before, if it has to be made anew.
    ///   - isCancelled: asked while it waits, on the calling thread.
    ///   - now: by which messages grow old.
    /// - Throws: `StorageError`; `ClusterStopped` when `isCancelled` said so.
    public init(
        in folder: DataFolder, settings: ClusterSettings, rebuild: Rebuild? = nil,
        retention: RetentionPolicy = .keepAll, now: @escaping @Sendable () -> Timestamp = Timestamp.now,
        logger: Logger, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws {
        self.settings = settings
        self.logger = logger
        self.folder = folder
        let node = Self.newNodeName()
        self.node = node
        let pending = PendingProposals(patience: .seconds(settings.patience))
        self.pending = pending
        let progress = ApplyProgress(applied: .zero)
        self.progress = progress
        // Told what NATS says of each publish.
        let heard: JetStream.AcknowledgementHandler = { proposal, answer in
            guard let id = pending.answered(proposal, answer) else { return }
            progress.diverged(EntryApplier.divergence(at: id))
        }
        let link = NATSLink { () throws(NATSError) in
            try JetStream(NATSConnection(to: settings.target), name: settings.name, acknowledged: heard)
        }
        self.link = link
        let duties = NodeDuties()
        self.duties = duties
        publisher = EntryPublisher(pending, link: link, mayWrite: { duties.allKnow($0) })

        if let rebuild, rebuild.keepsFile, let kept = try ReplicaFile.putAside(in: folder) {
            NodeStart.tellOfKept(kept, logger)
        }
        let membership: ReplicaFile.Membership
        // One that is to be replaced is left alone until it is.
        if rebuild == nil, let file = try ReplicaFile(in: folder) {
            guard file.membership.cluster == settings.name.text else {
                throw StorageError.otherClusters(path: folder.databasePath, cluster: file.membership.cluster)
            }
            membership = file.membership
        } else {
            let start = NodeStart(settings: settings, node: node, link: link, logger: logger, isCancelled: isCancelled)
            do {
                let identity = try start.identity()
                membership = ReplicaFile.Membership(
                    cluster: settings.name.text, epoch: try identity.checkedEpoch,
                    guestSecret: [UInt8](Data(base64Encoded: identity.guestSecret) ?? Data()))
                try start.fetchFile(
                    into: folder, of: membership, source: rebuild?.source ?? .stream,
                    replacing: rebuild.map { !$0.keepsFile } ?? false)
            } catch is NodeStart.Cancelled {
                throw ClusterStopped()
            }
        }
        replica = try Replica(
            in: folder, of: membership, retention: retention, now: now, logger: logger,
            isResponsible: { duties.isResponsible() },
            propose: { [publisher] entry, completion in
                guard pending.put(entry, completion: .chore(completion)) == nil else { return false }
                publisher.wakeUp()
                return true
            })
        epoch = membership.epoch
        guestSecret = membership.guestSecret
        headWhenOpened = replica.appliedWhenOpened.id
        projection = replica.projection
        accessWhenOpened = replica.accessWhenOpened
        progress.applied(headWhenOpened)
        snapshots = SnapshotServer(
            folder: folder.path, node: node, membership: membership,
            isReady: { [progress] in
                progress.isTrusted && progress.lag.map { $0 <= Self.maximumLag } ?? false
            }, logger: logger)
    }

    /// 8 letters and digits.
    private static func newNodeName() -> String {
        String((0..<8).map { _ in "abcdefghijkmnpqrstuvwxyz23456789".randomElement()! })
    }

    /// Begins to publish and to apply. Posts that came before wait for this. Once.
    ///
    /// - Parameters:
    ///   - hub: shows what is applied, and tells and is told who is at which node.
    ///   - ended: called once, on the applying thread, when the log cannot go on; it must not wait. Not after `finish`.
    public func start(
        showing hub: Hub, ended: @escaping @Sendable (End) -> Void
    ) {
        isStarted.store(true, ordering: .releasing)
        let presence = NodePresence(
            node: node, name: settings.name, hub: hub, becameFirst: { [weak self] in self?.replica.expireNow() })
        self.presence.withLock { $0 = presence }
        duties.set(presence)
        replica.start()
        publisher.start()
        if link.jetStream != nil { joinOthers() }
        Thread.start(named: "apply") { [self] in
            let applier = EntryApplier(
                replica: replica, link: link,
                connected: { [self] in
                    joinOthers()
                    publisher.wakeUp()
                },
                pending: pending, observer: hub, progress: progress,
                applied: { [self] in purge(behind: $0) }, logger: logger)
            let end = applier.run()
            progress.stop()
            applierFinished.signal()
            switch end {
            case .stopped: break
            case .mustRebuild(let reason, let keepsFile, let source):
                ended(.mustRebuild(Rebuild(reason: reason, keepsFile: keepsFile, source: source)))
            case .failed(let reason): ended(.failed(reason: reason))
            }
        }
    }

    /// There is a connection, the first or another.
    private func joinOthers() {
        guard let jetStream = link.jetStream else { return }
        let limit = jetStream.connection.maximumPayload
        if limit < settings.largestEntry {
            logger.warning(
                "The NATS servers may refuse long messages: raise their max_payload, or lower --max-text",
                metadata: ["max_payload": "\(limit)", "needed": "\(settings.largestEntry)"])
        }
        do throws(NATSError) {
            try snapshots.start(on: jetStream)
            try presence.withLock { $0 }?.start(on: jetStream.connection)
        } catch {
            logger.warning("This node cannot talk to the others", metadata: ["reason": "\(error)"])
        }
    }

    /// What retention has removed everywhere need not be in the stream any more; a while later, since nodes that have not come so far
    /// would have to begin anew.
    private func purge(behind entry: Entry) {
        guard let room = entry.room, let through = entry.removesThrough else { return }
        let subject = settings.name.everyEntry(of: room)
        upkeep.asyncAfter(deadline: .now() + settings.purgeDelay) { [weak self] in
            guard let self, !self.progress.isStopped, let jetStream = self.link.jetStream else { return }
            do throws(NATSError) {
                try jetStream.purge(subject, through: through.rawValue)
            } catch {
                // The next step of retention in this room makes up for it.
                self.logger.info("Removed entries are still in the stream", metadata: ["reason": "\(error)"])
            }
        }
    }

    // MARK: Log

    /// Refused at once, on the calling thread, where too many wait; else told on another thread.
    public func append(_ post: Post, completion: @escaping AppendCompletion) {
        put(Entry(post), .post(completion))
    }

    public func append(_ action: AccessAction, completion: @escaping AccessCompletion) {
        put(Entry(action), .access(completion))
    }

    private func put(_ entry: Entry, _ completion: PendingProposals.Completion) {
        switch pending.put(entry, completion: completion) {
        case nil: publisher.wakeUp()
        case .full: completion(.unavailable(reason: "too many posts are waiting for the cluster"))
        case .closed: completion(.unavailable(reason: "the server is shutting down"))
        }
    }

    /// When something was last applied, as long as this node is connected and near the log's end.
    public var lastSuccess: ContinuousClock.Instant? {
        guard link.isConnected, isNearEnd else { return nil }
        return replica.lastSuccess
    }

    private var isNearEnd: Bool { progress.lag.map { $0 <= Self.maximumLag } ?? false }

    /// Asks the stream's leader, who answers only with a quorum behind it, and looks how far this node is behind.
    public func probe(completion: @escaping @Sendable (Result<Void, LogFailure>) -> Void) {
        probes.async { [self] in completion(standing()) }
    }

    private func standing() -> Result<Void, LogFailure> {
        func failure(_ reason: String) -> Result<Void, LogFailure> { .failure(.unavailable(reason: reason)) }
        guard let jetStream = link.jetStream, jetStream.connection.isConnected else {
            return failure("NATS cannot be reached; what was posted before can be read")
        }
        if let reason = progress.failure { return failure(reason) }
        do throws(NATSError) {
            guard let state = try jetStream.state() else { return failure("the stream is gone") }
            progress.verifiedEnd(state.lastID)
        } catch {
            return failure("the cluster's log has no leader (\(error)); what was posted before can be read")
        }
        // Just started: it is about to. Asked again and again, since nobody else waits for it, and only once in a node's life.
        let end = ContinuousClock.now + .seconds(2)
        while progress.lag == nil && ContinuousClock.now < end { usleep(10_000) }
        guard let lag = progress.lag else { return failure("the cluster's log has not been looked at yet") }
        guard lag <= Self.maximumLag else {
            return failure("\(lag) entries of the cluster's log are still to be applied")
        }
        return .success(())
    }

    // MARK: For metrics

    /// May wait for moments: not for a loop or the Hub's queue.
    public func clusterStatistics() -> ClusterStatistics {
        let (entries, bytes, refused) = pending.census
        return ClusterStatistics(
            isConnected: link.isConnected, lag: progress.lag, appliedID: progress.appliedID, pendingEntries: entries,
            pendingBytes: bytes, refused: refused, reconnects: link.reconnects,
            nodes: presence.withLock { $0 }?.nodes.count ?? 1)
    }

    public func statistics() -> CommitStatistics { replica.statistics() }

    // MARK: The end

    /// Takes no more posts, and waits until those that were proposed have been answered, for 2 s at most; then for what is still asked of NATS,
    /// 3 s at most. Calling it again does nothing.
    public func finish() {
        pending.close()
        guard isStarted.exchange(false, ordering: .acquiringAndReleasing) else {
            return pending.abandon(reason: Self.goingDown)
        }
        let end = ContinuousClock.now + .seconds(min(settings.patience, 2))
        // Asked again and again: nobody else waits for this, and it is the end.
        while !pending.isEmpty && !progress.isStopped && ContinuousClock.now < end { usleep(5000) }
        progress.stop()
        // Whoever waits for NATS is told when the connection is closed. By itself that may take a while: libnats 3.4.1 waits by the system's
        // clock, for as much longer as that was set back meanwhile, and a stream without a leader answers nothing.
        let cutOff = DispatchWorkItem { [link, logger] in
            logger.notice("NATS is not waited for any longer")
            link.jetStream?.connection.close()
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.patienceAtTheEnd, execute: cutOff)
        defer { cutOff.cancel() }
        applierFinished.wait()
        publisher.stop()
        pending.abandon(reason: Self.goingDown)
        replica.finish()
        presence.withLock { $0 }?.stop()
        snapshots.stop()
    }

    /// Seconds for what this node is still asking NATS when it ends.
    private static let patienceAtTheEnd = 3.0
    private static let goingDown = "the server is shutting down"

    /// Finishes, closes the connection and the file. Reads under way are waited for; later ones fail.
    public func close() {
        finish()
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        link.jetStream?.connection.close()
        replica.close()
        // The next log of this process may be opened before the last thread of this one has ended.
        folder.release()
    }
}

/// It was to wait no longer.
public struct ClusterStopped: Error {}
