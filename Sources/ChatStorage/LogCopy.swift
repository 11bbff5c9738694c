internal import Chat
internal import Foundation
internal import GRDB

/// A copy of a log's database in the making: a file beside its later name, ending in `.part`, which gets that name once
/// it is complete and on disk.
///
/// It is made by SQLite's online backup (https://sqlite.org/backup.html) inside one read transaction, so it is the log as
/// it was at one moment, while a server goes on writing. The connection that reads is read-only: it never checkpoints,
/// also not when it is the last to close, and so has no part in what can go wrong there (see `Checkpointer`). While it
/// reads, the server's log file cannot begin anew, and grows by what is posted meanwhile.
final class LogCopy {
    /// How much is copied between two reports of progress: 4 MiB.
    static let pagesPerStep: CInt = 1024

    let path: String
    let target: String
    /// Held until the end, so that nobody else writes the same file.
    private let descriptor: Int32

    /// - Throws: `beingWritten`; `notWritable`; `diskFull`.
    init(to target: String) throws(StorageError) {
        self.target = target
        path = target + ".part"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError(writing: path, code: errno) }
        // Whoever had the lock before may have given this very file its final name meanwhile; then it is not ours to empty.
        // Everything is initialized, so `deinit` closes the file.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.isFile(descriptor, at: path) else {
            throw .beingWritten(path: path)
        }
        // What is left of one that was broken off.
        ftruncate(descriptor, 0)
        fchmod(descriptor, 0o600)
        for suffix in ["-journal", "-wal", "-shm"] { unlink(path + suffix) }
    }

    deinit {
        close(descriptor)
    }

    /// - Parameter progress: is told bytes copied, and bytes there are.
    func fill(from source: String, progress: @escaping (_ done: Int, _ all: Int) -> Void) throws(StorageError) {
        do {
            let reader = try LogFile.openReading(source)
            defer { try? reader.close() }
            let copy = try connect(configuring: "PRAGMA journal_mode = OFF")
            defer { try? copy.close() }
            try reader.read { db in
                // The transaction begins with the first read, and with it the moment that is copied.
                let pageSize = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema")
                try copy.writeWithoutTransaction { copied in
                    try db.backup(to: copied, pagesPerStep: Self.pagesPerStep) { step in
                        progress(step.completedPageCount * pageSize, step.totalPageCount * pageSize)
                    }
                }
            }
        } catch {
            // Nothing is written to the source: it is this disk that is full.
            let isFull = (error as? DatabaseError)?.resultCode == .SQLITE_FULL
            throw StorageError(error, path: isFull ? path : source)
        }
        // As it was copied it asks for a log file beside it; a file that is whole by itself can be moved and read anywhere.
        try change { _ in }
    }

    /// Works on the copy with a connection that may write.
    func change<T>(_ body: (DatabaseQueue) throws -> T) throws(StorageError) -> T {
        do {
            let copy = try connect(configuring: "PRAGMA journal_mode = DELETE")
            defer { try? copy.close() }
            return try body(copy)
        } catch {
            throw StorageError(error, path: path)
        }
    }

    /// Syncs the file, gives it its name, and syncs that.
    func finish() throws(StorageError) {
        guard fsync(descriptor) == 0, rename(path, target) == 0 else {
            throw StorageError(writing: target, code: errno)
        }
        try syncFolder(of: target)
    }

    func discard() {
        unlink(path)
    }

    private func connect(configuring sql: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "roomcast.copy"
        // Whoever breaks off has no copy, so it is synced once, at the end.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF; \(sql)") }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func isFile(_ descriptor: Int32, at path: String) -> Bool {
        var (open, named) = (stat(), stat())
        return fstat(descriptor, &open) == 0 && stat(path, &named) == 0 && open.st_dev == named.st_dev
            && open.st_ino == named.st_ino
    }
}

/// Makes names in a folder durable: what was renamed or removed.
func syncFolder(of path: String) throws(StorageError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
        throw .notWritable(path: folder, reason: String(cString: strerror(errno)))
    }
}
