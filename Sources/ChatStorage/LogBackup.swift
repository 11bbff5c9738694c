internal import Chat
internal import Foundation
internal import GRDB

/// Copies a log into one file, whether a server uses it or not.
public enum LogBackup {
    /// Waits for the disk, as long as the copying takes.
    ///
    /// - Parameters:
    ///   - folder: the data folder. Its lock is not needed.
    ///   - file: where the backup shall be.
    ///   - replacing: whether a file that is there may be replaced. It is, once the new one is complete.
    ///   - progress: is told now and then how many bytes have been copied, and of how many.
    /// - Returns: what the backup holds: all entries up to its head.
    public static func make(
        of folder: String, to file: String, replacing: Bool = false,
        progress: @escaping (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) throws(StorageError) -> LogFile {
        let source = DataFolder.databasePath(in: folder)
        let target = URL(fileURLWithPath: file).standardizedFileURL.path
        try StorageError.requireFile(source, orElse: .noLog(path: source))
        guard !isPartOfLog(target, source) else {
            throw .inTheWay(path: target, remedy: "it is the log itself; choose another name")
        }
        guard !isNoFile(target) else {
            throw .inTheWay(path: target, remedy: "it is a folder or a device; name a file")
        }
        guard replacing || !FileManager.default.fileExists(atPath: target) else {
            throw .inTheWay(path: target, remedy: "choose another name, or replace it with --force")
        }
        let copy = try placing(at: target) { () throws(StorageError) in try LogCopy(to: target) }
        do throws(StorageError) {
            try copy.fill(from: source, progress: progress)
            try requireLog(copy, of: source)
            try placing(at: target) { () throws(StorageError) in try copy.finish() }
        } catch {
            copy.discard()
            throw error
        }
        return try LogFile(at: target)
    }

    /// What is wrong with the copy is wrong with what was copied, and that is what somebody can look at.
    private static func requireLog(_ copy: LogCopy, of source: String) throws(StorageError) {
        do throws(StorageError) {
            _ = try LogFile(at: copy.path)
        } catch {
            switch error {
            case .damaged(_, let detail): throw .damaged(path: source, detail: detail)
            case .newerSchema(_, let found, let known): throw .newerSchema(path: source, found: found, known: known)
            default: throw error
            }
        }
    }

    /// A backup's place is no data folder's, and whoever cannot write there may choose any other.
    private static func placing<Result>(
        at target: String, _ body: () throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        do throws(StorageError) {
            return try body()
        } catch {
            guard case .notWritable(_, let reason) = error else { throw error }
            throw .noPlace(path: target, reason: reason)
        }
    }

    /// Renamed over, a device would be gone: root may do that.
    private static func isNoFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && !status.isOfFile
    }

    /// Whether a file is the database, or one of those beside it, by whatever name.
    private static func isPartOfLog(_ file: String, _ database: String) -> Bool {
        if file == database || file.hasPrefix(database + "-") { return true }
        var (one, other) = (stat(), stat())
        guard stat(file, &one) == 0 else { return false }
        return ["", "-wal", "-shm"].contains { suffix in
            stat(database + suffix, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino
        }
    }
}
