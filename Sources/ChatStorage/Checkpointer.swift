internal import Chat
internal import Dispatch
internal import Foundation
internal import GRDB
internal import Logging
internal import Synchronization

/// Copies committed pages from SQLite's log file (`-wal`) into the database, so that the log file can be written from
/// its beginning again. It has a thread and a connection of its own: a commit never pays for it, but for one short wait.
///
/// A checkpoint has two parts. The *passive* one copies nearly everything while commits go on. But it cannot let the
/// log file begin anew: that takes a moment when all of it is copied and nobody writes, which under constant load never
/// comes. So a *restart* follows, while the committing thread waits its turn, for the few pages written meanwhile.
///
/// The log file is kept at its size and overwritten, because syncing a file that does not grow takes half as long
/// (132 µs against 256 µs here). It is truncated only where something made it much larger.
///
/// ## The WAL-reset bug
/// Debian 12 has SQLite 3.40.1. In versions before 3.51.3 a database can be corrupted if a checkpoint begins when
/// everything is copied already, and at that same moment a writer begins the log file anew
/// (https://sqlite.org/wal.html#walresetbug). A writer does that only in a transaction that found everything copied
/// when it began. Therefore **no passive checkpoint begins before a batch that itself began after the end of the last
/// checkpoint has been committed, with pages**: then there is something to copy, and no transaction that could begin the
/// log file anew is under way. The restart is made with the writer's queue held, when no transaction is under way at
/// all.
final class Checkpointer: Sendable {
    struct Bounds {
        /// When to begin, in pages written to the log file since the last time: 16 MiB, so that a page that each
        /// commit changes is copied once for hundreds of commits, and recovery after a crash takes a moment.
        var startPages = 4096
        /// A passive checkpoint is repeated while more pages than this were written during it: the committing thread
        /// would have to wait for them. 1 MiB takes some milliseconds.
        var fewPages = 256
        var passiveRounds = 3
        /// A log file larger than this many bytes is truncated when it begins anew.
        var keptFileSize = 64 * 1024 * 1024
        /// For how many seconds the restart, and with it the committing thread, waits for readers of older states. A
        /// page of events is read in a few milliseconds; behind a longer read the log file grows on until the next time.
        var readerTimeout: TimeInterval = 0.1
        /// The same, in milliseconds, once that was in vain: somebody reads for long, a backup perhaps, and posts shall not
        /// wait for it again and again. A page of events is read within it.
        var lingeringReaderTimeout = 10
    }

    private struct State {
        var schedule: CheckpointSchedule
        var isStopped = false
        var sleeps = false
        var completed = 0
        var readerLingers = false
    }

    private let writer: DatabasePool
    private let connection: DatabaseQueue
    private let bounds: Bounds
    private let logger: Logger
    private let state: Mutex<State>
    /// Signalled once for every time that `sleeps` is taken back.
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)

    init(writer: DatabasePool, bounds: Bounds = Bounds(), logger: Logger) throws {
        self.writer = writer
        self.bounds = bounds
        self.logger = logger
        state = Mutex(State(schedule: CheckpointSchedule(startPages: bounds.startPages)))
        var configuration = Configuration()
        configuration.label = "roomcast.checkpoint"
        // > RESTART […] blocks (calls the busy-handler callback) until all readers are reading from the database file
        // > only. (https://sqlite.org/c3ref/wal_checkpoint_v2.html)
        //
        // SQLITE_CHECKPOINT_PASSIVE never calls it. Each restart sets the time anew.
        configuration.busyMode = .timeout(bounds.readerTimeout)
        connection = try DatabaseQueue(path: writer.path, configuration: configuration)
        // What a checkpoint syncs, too, is decided by this connection's own setting.
        try connection.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    }

    func start() {
        Thread.start(named: "checkpoint") { [self] in
            run()
            finished.signal()
        }
    }

    /// Waits for the checkpoint under way, if there is one. Once, after `start`.
    func stop() {
        let mustWake = state.withLock { state in
            state.isStopped = true
            return Self.takeBackSleep(&state)
        }
        if mustWake { wake.signal() }
        finished.wait()
        try? connection.close()
    }

    /// Checkpoints since the start.
    var completed: Int { state.withLock { $0.completed } }

    // MARK: On the committing thread

    /// A transaction, or several, on the writer's connection.
    ///
    /// - Returns: also how many pages were written to the log file.
    func whileCounting<Outcome>(
        in pool: DatabasePool, _ body: (Database) throws(LogFailure) -> Outcome
    ) -> (Result<Outcome, LogFailure>, pages: Int) {
        batchBegins()
        let (result, pages) = pool.writeWithoutTransaction { db in
            let result = Result { () throws(LogFailure) in try body(db) }
            return (result, db.takeWrittenPageCount())
        }
        if case .success = result { batchCommitted(pages: pages) }
        return (result, pages)
    }

    func batchBegins() {
        state.withLock { $0.schedule.batchBegins() }
    }

    func batchCommitted(pages: Int) {
        let mustWake = state.withLock { state in
            state.schedule.batchCommitted(pages: pages)
            return state.schedule.isDue && Self.takeBackSleep(&state)
        }
        if mustWake { wake.signal() }
    }

    // MARK: On its own thread

    private func run() {
        while waitUntilDue() {
            do {
                try checkpoint()
                state.withLock { $0.completed += 1 }
            } catch {
                logger.warning("A checkpoint failed", metadata: ["reason": "\(storageReason(of: error))"])
            }
            state.withLock { $0.schedule.checkpointEnded(nextAfter: bounds.startPages) }
        }
    }

    private func checkpoint() throws {
        var round = 1
        while try passiveCheckpoint() > bounds.fewPages && round < bounds.passiveRounds {
            // Under a load that wrote so much meanwhile, the batch that must come first is milliseconds away.
            guard waitUntilDue() else { return }
            round += 1
        }
        try restart()
    }

    /// - Returns: the pages that were written meanwhile, or little more than those.
    private func passiveCheckpoint() throws -> Int {
        let before = state.withLock { $0.schedule.pagesWritten }
        _ = try connection.writeWithoutTransaction { try $0.checkpoint(.passive) }
        return state.withLock { state in
            state.schedule.checkpointEnded(nextAfter: 0)
            return state.schedule.pagesWritten - before
        }
    }

    /// Copies what is left and lets the next commit begin the log file anew, while the committing thread waits.
    private func restart() throws {
        try writer.writeWithoutTransaction { _ in
            let mode: Database.CheckpointMode =
                fileSize(writer.path + "-wal") > bounds.keptFileSize ? .truncate : .restart
            let timeout =
                state.withLock { $0.readerLingers }
                ? bounds.lingeringReaderTimeout : Int(bounds.readerTimeout * 1000)
            do {
                try connection.writeWithoutTransaction { db in
                    try db.execute(sql: "PRAGMA busy_timeout = \(timeout)")
                    _ = try db.checkpoint(mode)
                }
                state.withLock { $0.readerLingers = false }
            } catch DatabaseError.SQLITE_BUSY {
                state.withLock { $0.readerLingers = true }
                logger.debug("Readers keep the log file from beginning anew")
            }
        }
    }

    /// - Returns: whether a checkpoint is due; otherwise it is time to stop.
    private func waitUntilDue() -> Bool {
        while true {
            let isDue = state.withLock { state -> Bool? in
                if state.isStopped { return false }
                if state.schedule.isDue { return true }
                state.sleeps = true
                return nil
            }
            if let isDue { return isDue }
            wake.wait()
        }
    }

    private static func takeBackSleep(_ state: inout State) -> Bool {
        defer { state.sleeps = false }
        return state.sleeps
    }
}
