public import Chat
internal import Foundation
internal import GRDB

/// Puts a backup in the place of a log.
///
/// The log that comes of it has another epoch. What was posted after the backup is gone, and its ids will be given anew:
/// so no cursor of before may mean anything in it.
public struct LogRestore: Sendable {
    /// What is in the folder now.
    public let restored: LogFile
    /// Where the log is that was there before; `nil` if there was none.
    public let kept: String?

    /// Waits for the disk. Nothing in the folder is touched until the backup has been copied there and checked.
    ///
    /// - Parameters:
    ///   - file: a backup, or the database of another folder.
    ///   - folder: whose lock is held, so no server uses it.
    ///   - replacing: whether a log that is there may be put aside.
    ///   - now: for the name of what is put aside.
    public init(
        of file: String, to folder: DataFolder, replacing: Bool = false, now: Timestamp = .now(),
        progress: @escaping (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) throws(StorageError) {
        let database = folder.databasePath
        try StorageError.requireFile(file, orElse: .noFile(path: file))
        let hasLog = fileSize(database) > 0 || fileSize(database + "-wal") > 0
        guard replacing || !hasLog else {
            throw .inTheWay(path: database, remedy: "give --replace to put it aside, or choose another --data folder")
        }
        let copy = try LogCopy(to: database)
        do throws(StorageError) {
            try copy.fill(from: file, progress: progress)
            let check = try LogCheck(ofFile: copy.path)
            guard check.isSound else { throw .unsoundBackup(path: file, detail: check.findings[0]) }
            try copy.change { queue in
                try Schema.migrator.migrate(queue)
                try queue.write { db in
                    try LogIdentity.drawEpoch(in: db)
                    try ReplicaFile.leaveCluster(in: db)
                }
            }
            kept = hasLog ? try Self.putAside(database, now: now) : nil
            try copy.finish()
        } catch {
            copy.discard()
            if case .damaged(_, let detail) = error { throw .unsoundBackup(path: file, detail: detail) }
            throw error
        }
        restored = try LogFile(at: database)
    }

    /// Renames a log, its log file with it. A break at any point leaves nothing that a server would take for a log: the
    /// database goes first, since without it a log file is refused, and with another it would be worse.
    static func putAside(_ database: String, now: Timestamp) throws(StorageError) -> String {
        _ = foldLogFile(into: database)
        let stem = database.hasSuffix(".sqlite") ? String(database.dropLast(7)) : database
        let moment = String(now.description.prefix(19)).filter { $0 != "-" && $0 != ":" } + "Z"
        var kept = "\(stem)-\(moment).sqlite"
        var number = 2
        while FileManager.default.fileExists(atPath: kept) || FileManager.default.fileExists(atPath: kept + "-wal") {
            kept = "\(stem)-\(moment)-\(number).sqlite"
            number += 1
        }
        for suffix in ["", "-wal", "-journal"] where FileManager.default.fileExists(atPath: database + suffix) {
            guard rename(database + suffix, kept + suffix) == 0 else {
                throw .notWritable(path: kept + suffix, reason: String(cString: strerror(errno)))
            }
            try syncFolder(of: kept)
        }
        // An index of the log file that no longer is; SQLite makes it anew.
        unlink(database + "-shm")
        return kept
    }

    /// So that what is put aside is one file, where it can be read at all. Damaged, it is kept as it is: a connection that
    /// may write would delete the log file of a database that it does not understand.
    ///
    /// - Returns: whether the database is all that there is now.
    static func foldLogFile(into database: String) -> Bool {
        if (try? LogFile(at: database)) != nil, let queue = try? DatabaseQueue(path: database) {
            _ = try? queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try? queue.close()
        }
        return ["-wal", "-journal"].allSatisfy { fileSize(database + $0) == 0 }
    }
}
