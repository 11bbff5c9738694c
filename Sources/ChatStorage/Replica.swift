public import Chat
internal import GRDB
public import Logging
internal import Synchronization

/// A node's copy of a log that is ordered elsewhere, in an SQLite file: entries come with their places and are applied.
///
/// ```swift
/// let replica = try Replica(in: folder, of: membership, …)
/// replica.start()
/// switch replica.apply(entries) { … }
/// replica.close()
/// ```
///
/// The file can be thrown away and made anew from the log, so its commits are not synced one by one
/// (`synchronous = NORMAL`): a loss of power takes the newest of them away, and they are applied again. Reading is its
/// `projection`'s, on the reader's own thread; one thread checkpoints, one looks for what is to be removed.
public final class Replica: Sendable {
    /// An entry with its place.
    public struct Incoming: Sendable {
        public let id: EntryID
        /// Under which it was proposed.
        public let proposal: String
        public let entry: Entry

        public init(id: EntryID, proposal: String, entry: Entry) {
            self.id = id
            self.proposal = proposal
            self.entry = entry
        }
    }

    /// What came of entries that were applied together.
    public struct Batch: Sendable {
        /// In log order.
        public internal(set) var events: [RoomEvent] = []
        /// Earlier ones as they are shown from now on.
        public internal(set) var rewritten: [RoomEvent] = []
        /// The last entry applied.
        public internal(set) var head: EntryID
        /// Of each post, in log order.
        public internal(set) var outcomes: [(proposal: String, result: Result<Appended, ChatError>)] = []
        /// Of each change of who may do what.
        public internal(set) var accessOutcomes: [(proposal: String, result: Result<EntryID, ChatError>)] = []
        public internal(set) var access: [AccessChange] = []
        public internal(set) var takesAway = false
        var posts = PostCounts()
        /// Events that retention has removed.
        var removed = 0

        init(head: EntryID) {
            self.head = head
        }
    }

    /// Has an entry appended to the log. The completion is called once the entry has been applied here, or when it will not be.
    ///
    /// - Returns: `false` when it was not taken, since too much waits.
    public typealias Propose =
        @Sendable (Entry, @escaping @Sendable (Result<Void, LogFailure>) -> Void) -> Bool

    public let membership: ReplicaFile.Membership
    /// What had been applied when it was opened.
    public let appliedWhenOpened: ReplicaFile.Applied
    public let projection: Projection
    public let accessWhenOpened: AccessState

    private let folder: DataFolder
    private let database: LogDatabase
    private let writer: ThreadOwned<ReplicaWriter>
    private let checkpointer: Checkpointer
    private let retention: Retention
    private let record = CommitRecord()
    private let logger: Logger
    private let isStarted = Mutex(false)

    /// Opens a folder's file, or makes it. The folder is this object's until both are gone.
    ///
    /// Reads the disk; not for a loop's thread.
    ///
    /// - Parameters:
    ///   - membership: of the file, or for a new one.
    ///   - isResponsible: whether this node proposes what retention has to remove. Any thread.
    /// - Throws: `otherClusters` when the file is the copy of another log.
    public init(
        in folder: DataFolder, of membership: ReplicaFile.Membership, retention policy: RetentionPolicy = .keepAll,
        now: @escaping @Sendable () -> Timestamp = Timestamp.now, logger: Logger,
        isResponsible: @escaping @Sendable () -> Bool, propose: @escaping Propose
    ) throws(StorageError) {
        self.folder = folder
        self.logger = logger
        self.membership = membership
        database = try LogDatabase.open(in: folder, of: membership)
        let pool = database.pool
        do {
            checkpointer = try Checkpointer(writer: pool, logger: logger)
            let file = try pool.read { try ReplicaFile.read(from: $0) }
            appliedWhenOpened = file?.applied ?? .nothing
        } catch {
            throw StorageError(error, path: folder.databasePath)
        }
        writer = ThreadOwned(ReplicaWriter(applied: appliedWhenOpened, access: database.access))
        projection = Projection(pool: pool)
        accessWhenOpened = database.access
        retention = Retention(
            policy, pool: pool, now: now, logger: logger, isResponsible: isResponsible,
            propose: { chore in
                let entry: Entry
                switch chore.work {
                case .expire(let expiry): entry = Entry(.expire(expiry))
                case .forgetKeys(let sweep): entry = Entry(.forgetKeys(sweep))
                case .probe: preconditionFailure("retention proposes no probes")
                }
                return propose(entry, chore.completion) ? nil : .full
            })
    }

    public func start() {
        isStarted.withLock { $0 = true }
        checkpointer.start()
        retention.start()
    }

    /// Applies entries, in one transaction. On the applying thread: one, always the same.
    ///
    /// - Parameter entries: in the order of the log. Those that were applied before are passed over.
    /// - Returns: on failure nothing was applied, and the same can be tried again.
    public func apply(_ entries: [Incoming]) -> Result<Batch, LogFailure> {
        let start = ContinuousClock.now
        let writer = writer.value
        let (result, pages) = checkpointer.whileCounting(in: database.pool) { db throws(LogFailure) in
            try writer.apply(entries, in: db)
        }
        switch result {
        case .success(let batch):
            record.committed(batch.posts, since: start, pages: pages)
            record.choreDone(removing: batch.removed, pages: 0)
            if batch.events.contains(where: { $0.kind == .deletion }) { retention.roomDeleted() }
        case .failure:
            record.failed(posts: 0)
        }
        return result
    }

    /// When something was last applied, unless that has failed since. Any thread.
    public var lastSuccess: ContinuousClock.Instant? { record.lastSuccess }

    /// Has retention look at once, if this node is responsible. Any thread; never waits.
    public func expireNow() { _ = retention.look() }

    public func statistics() -> CommitStatistics {
        var statistics = record.statistics
        statistics.checkpoints = checkpointer.completed
        statistics.databaseSize = fileSize(folder.databasePath)
        statistics.logFileSize = fileSize(folder.databasePath + "-wal")
        return statistics
    }

    /// Waits for retention, whose proposals must be answered, and for the checkpoint under way. Once, when no thread applies
    /// any more.
    public func finish() {
        guard isStarted.withLock({ $0 }) else { return }
        retention.stop()
        checkpointer.stop()
    }

    /// Closes the file, after `finish`. Reads under way are waited for; later ones fail.
    public func close() {
        projection.close()
        database.close(reportingTo: logger)
    }
}

/// Belongs to one thread, though the object that holds it is everybody's.
private struct ThreadOwned<Value>: @unchecked Sendable {
    // Unchecked: only the applying thread touches it.
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}
