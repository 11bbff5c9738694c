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
        guard fileSize(source) > 0 else { throw .noLog(path: source) }
        guard !isPartOfLog(target, source) else { throw .inTheWay(path: target, remedy: "it is the log itself") }
        guard replacing || !FileManager.default.fileExists(atPath: target) else {
            throw .inTheWay(path: target, remedy: "choose another name, or replace it with --force")
        }
        let copy = try LogCopy(to: target)
        do throws(StorageError) {
            try copy.fill(from: source, progress: progress)
            _ = try LogFile(at: copy.path)
            try copy.finish()
        } catch {
            copy.discard()
            throw error
        }
        return try LogFile(at: target)
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
