internal import Foundation
internal import Synchronization

/// The folder that holds everything one server keeps, and the lock that makes this process the only one to use it.
///
/// The lock is held as long as this object lives, and the kernel releases it when the process ends, however it ends.
/// So a lock file left behind by a crash is no obstacle, and nothing ever deletes it: a process could otherwise lock a
/// file that has no name any more while another one locks its successor.
public final class DataFolder: Sendable {
    /// Absolute.
    public let path: String
    private let lock: Mutex<Int32?>

    /// Makes the folder if it is missing, readable by its owner only, and takes its lock without waiting.
    ///
    /// - Throws: `alreadyInUse`; `notWritable`.
    public init(path given: String) throws(StorageError) {
        path = URL(fileURLWithPath: given).standardizedFileURL.path
        try Self.make(path)
        lock = Mutex(try Self.takeLock(at: path + "/roomcast.lock", folder: path))
    }

    /// Makes a folder and those above it, where they are missing. Foundation's way of it does not tell in the system's words why
    /// it failed.
    private static func make(_ path: String) throws(StorageError) {
        var made = ""
        for name in path.split(separator: "/") {
            made += "/" + name
            var status = stat()
            if stat(made, &status) == 0 {
                if status.st_mode & S_IFMT == S_IFDIR { continue }
                throw .notWritable(path: path, reason: "\(made) is no folder")
            }
            // Another process may have made it meanwhile.
            guard mkdir(made, 0o700) == 0 || errno == EEXIST else { throw StorageError(writing: path, code: errno) }
        }
    }

    deinit {
        release()
    }

    /// Gives the lock back, for another to use the folder, before this object is gone. Any thread.
    public func release() {
        lock.withLock { lock in
            if let lock { close(lock) }
            lock = nil
        }
    }

    /// The log's SQLite file. SQLite puts a `-wal` and a `-shm` file beside it while it is open.
    public var databasePath: String { Self.databasePath(in: path) }

    static func databasePath(in folder: String) -> String { folder + "/roomcast.sqlite" }

    /// Whether this process may write what SQLite writes. Else it would find out half-way, or open a log file that it cannot
    /// write, and refuse every post.
    ///
    /// access(2), since opening and closing a file would drop SQLite's locks on it.
    func requireAccess() throws(StorageError) {
        var isComplete = true
        for path in ["", "-wal", "-shm"].map({ databasePath + $0 }) {
            var status = stat()
            guard stat(path, &status) == 0 else {
                isComplete = false
                continue
            }
            guard status.isOfFile else { throw .isNoFile(path) }
            guard access(path, R_OK | W_OK) == 0 else { throw .notWritable(path: path, reason: Self.lastSystemError()) }
        }
        guard isComplete || access(path, W_OK) == 0 else {
            throw .notWritable(path: path, reason: Self.lastSystemError())
        }
    }

    /// Makes the database an empty file for its owner only, where it is missing. SQLite would give it the process's
    /// usual mode, and gives its own `-wal` and `-shm` files that of the database.
    ///
    /// > If […] a thread in the process opens, then closes the database file using the system calls, […] the POSIX
    /// > advisory locks […] are cleared. (https://sqlite.org/howtocorrupt.html §2.2)
    ///
    /// So this may only run before SQLite has opened the file in this process.
    func prepareDatabaseFile() throws(StorageError) {
        let descriptor = open(databasePath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .notWritable(path: databasePath, reason: Self.lastSystemError()) }
        close(descriptor)
    }

    /// Does `body` while no server has the folder, and keeps one from starting; not at all while one has it.
    static func whileUnused(_ folder: String, _ body: () throws -> Void) rethrows {
        let descriptor = open(folder + "/roomcast.lock", O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor < 0 || flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return }
        try body()
    }

    private static func takeLock(at path: String, folder: String) throws(StorageError) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .notWritable(path: folder, reason: lastSystemError()) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let reason = lastSystemError()
            let holder = readProcess(from: descriptor)
            close(descriptor)
            throw isHeld
                ? .alreadyInUse(folder: folder, holder: holder)
                : .cannotOpen(path: path, reason: "locking failed, \(reason)")
        }
        // For people and for the message above; the lock itself does not depend on it.
        ftruncate(descriptor, 0)
        let line = Array("\(getpid())\n".utf8)
        _ = line.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        return descriptor
    }

    private static func readProcess(from descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private static func lastSystemError() -> String { String(cString: strerror(errno)) }
}
