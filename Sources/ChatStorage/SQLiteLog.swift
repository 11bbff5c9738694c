public import Chat
internal import Dispatch
internal import Foundation
public import Logging
internal import Synchronization

/// The log of a single server, in an SQLite file: appending and applying are one transaction.
///
/// ```swift
/// let log = try SQLiteLog(in: DataFolder(path: "/var/lib/roomcast"), logger: logger)
/// log.start(showing: hub)
/// log.append(post) { result in … }
/// log.close()
/// ```
///
/// Three threads work for it: one commits, one checkpoints, one looks for what is to be removed. Reading is its `projection`'s, on the reader's own thread.
public final class SQLiteLog: Log {
    /// What may wait for the committing thread; over either bound `append` refuses.
    public struct Bounds: Sendable {
        public var waitingPosts = 10_000
        public var waitingBytes = 64 * 1024 * 1024

        public init() {}
    }

    /// What one transaction holds at most: some milliseconds of work, so that with more posts than that waiting, the
    /// first are answered while the last are still being written.
    static let batchBounds = WaitingPosts.Bounds(posts: 512, bytes: 4 * 1024 * 1024)

    public let epoch: Epoch
    public let headWhenOpened: EntryID
    /// 32 random bytes, made with the log, that nobody outside the data folder knows.
    public let guestSecret: [UInt8]
    /// What the log's entries amount to. It can be asked until `close`.
    public let projection: Projection
    public let accessWhenOpened: AccessState

    /// The SQLite file.
    var path: String { folder.databasePath }

    private enum Phase {
        case opened
        case started
        case finished
        case closed
    }

    private let folder: DataFolder
    private let database: LogDatabase
    private let waiting: WaitingPosts
    private let checkpointer: Checkpointer
    private let retention: Retention
    private let record = CommitRecord()
    private let logger: Logger
    private let phase = Mutex(Phase.opened)
    private let committerFinished = DispatchSemaphore(value: 0)

    /// Opens the log in `folder`, or makes it. The folder is this log's until both are gone.
    ///
    /// Reads the disk; not for a loop's thread.
    ///
    /// - Parameter now: by which messages grow old.
    public convenience init(
        in folder: DataFolder, bounds: Bounds = Bounds(), retention: RetentionPolicy = .keepAll,
        now: @escaping @Sendable () -> Timestamp = Timestamp.now, logger: Logger
    ) throws(StorageError) {
        try self.init(
            in: folder, bounds: bounds, retention: retention, now: now, checkpointing: Checkpointer.Bounds(),
            logger: logger)
    }

    init(
        in folder: DataFolder, bounds: Bounds, retention: RetentionPolicy, now: @escaping @Sendable () -> Timestamp,
        checkpointing: Checkpointer.Bounds, logger: Logger
    ) throws(StorageError) {
        self.folder = folder
        self.logger = logger
        database = try LogDatabase.open(in: folder)
        do {
            checkpointer = try Checkpointer(writer: database.pool, bounds: checkpointing, logger: logger)
        } catch {
            throw StorageError(error, path: folder.databasePath)
        }
        waiting = WaitingPosts(
            bounds: .init(posts: bounds.waitingPosts, bytes: bounds.waitingBytes), batchBounds: Self.batchBounds)
        projection = Projection(pool: database.pool)
        self.retention = Retention(
            retention, pool: database.pool, now: now, logger: logger, propose: { [waiting] in waiting.put($0) })
        epoch = database.identity.epoch
        headWhenOpened = database.head
        guestSecret = database.identity.guestSecret
        accessWhenOpened = database.access
    }

    /// Begins to commit. Posts that came before wait for this. Once.
    public func start(showing observer: any CommitObserver) {
        phase.withLock { phase in
            precondition(phase == .opened, "a log is started once, before it is closed")
            phase = .started
        }
        checkpointer.start()
        Thread.start(named: "commit") {
            [folder, database, waiting, checkpointer, record, retention, logger, committerFinished] in
            // Without `close` this thread goes on when the log is gone, and nobody else may have the folder then.
            withExtendedLifetime(folder) {
                Committer(
                    database: database, waiting: waiting, observer: observer, checkpointer: checkpointer,
                    record: record, roomDeleted: { retention.roomDeleted() }, logger: logger
                ).run()
            }
            committerFinished.signal()
        }
        retention.start()
    }

    /// A refusal for want of room, or after `close`, is told before this returns, on the calling thread; any other
    /// failure on the committing thread.
    public func append(_ post: Post, completion: @escaping AppendCompletion) {
        put(Proposal(post: post, completion: completion))
    }

    public func append(_ action: AccessAction, completion: @escaping AccessCompletion) {
        put(Proposal(action, completion: completion))
    }

    private func put(_ proposal: Proposal) {
        switch waiting.put(proposal) {
        case nil: break
        case .full: proposal.fail(.unavailable(reason: "too many posts are waiting for the disk"))
        case .closed: proposal.fail(.unavailable(reason: "the server is shutting down"))
        }
    }

    public var lastSuccess: ContinuousClock.Instant? { record.lastSuccess }

    public func probe(completion: @escaping @Sendable (Result<Void, LogFailure>) -> Void) {
        switch waiting.put(Chore(work: .probe, completion: completion)) {
        case nil: break
        case .full: completion(.failure(.unavailable(reason: "too much work is waiting for the disk")))
        case .closed: completion(.failure(.unavailable(reason: "the server is shutting down")))
        }
    }

    /// What the log has done and how it stands. Asks the file system for sizes: not for the Hub's queue.
    public func statistics() -> CommitStatistics {
        var statistics = record.statistics
        (statistics.waitingPosts, statistics.waitingBytes, statistics.postsRefused) = waiting.census
        statistics.checkpoints = checkpointer.completed
        statistics.databaseSize = fileSize(path)
        statistics.logFileSize = fileSize(path + "-wal")
        return statistics
    }

    /// Has retention look at once; for tests.
    func look() -> DispatchSemaphore { retention.look() }

    /// Refuses posts from now on, and commits and answers what waits. What is stored can be read until `close`. Calling it
    /// again does nothing.
    ///
    /// May take as long as the disk does. Never on the committing thread, so not in a completion.
    public func finish() {
        waiting.close()
        let phase = phase.withLock { phase in
            defer { if phase != .closed { phase = .finished } }
            return phase
        }
        switch phase {
        case .finished, .closed: break
        case .opened: refuseWaiting()
        case .started:
            committerFinished.wait()
            retention.stop()
            checkpointer.stop()
        }
    }

    /// Finishes, and closes the file. Reads under way are waited for; later ones fail. Calling it again does nothing. On the
    /// thread that called `finish`, if that was called.
    public func close() {
        finish()
        let isClosed = phase.withLock { phase in
            defer { phase = .closed }
            return phase == .closed
        }
        guard !isClosed else { return }
        projection.close()
        database.close(reportingTo: logger)
        // The next log of this process may be opened before the last thread of this one has let go of it.
        folder.release()
    }

    private func refuseWaiting() {
        while true {
            let work = waiting.take()
            if work.isEmpty { return }
            let failure = LogFailure.unavailable(reason: "the server is shutting down")
            for proposal in work.proposals { proposal.fail(failure) }
            work.chore?.completion(.failure(failure))
        }
    }
}
