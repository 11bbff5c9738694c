internal import Foundation
internal import GRDB

/// Why a data folder or the log in it cannot be opened. Each description says what was wrong and what to do about it.
public enum StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process holds the folder's lock; `holder` is its process id, where the lock file tells.
    case alreadyInUse(folder: String, holder: Int32?)
    case notWritable(path: String, reason: String)
    /// The file was written by a later version. Nothing was written to it.
    case newerSchema(path: String, found: Int, known: Int)
    /// The file's content is not what was stored. Nothing was written to it.
    case damaged(path: String, detail: String)
    /// The same of SQLite's log file, the `-wal` beside the database.
    case damagedLogFile(path: String, detail: String)
    case diskFull(path: String)
    case cannotOpen(path: String, reason: String)
    /// In a data folder.
    case noLog(path: String)
    /// That was named to be read, or it is empty.
    case noFile(path: String)
    case notReadable(path: String, reason: String)
    /// Nothing was changed.
    case unsoundBackup(path: String, detail: String)
    /// Something is where something else shall be written.
    case inTheWay(path: String, remedy: String)
    /// Where a backup was to be, outside of a data folder.
    case noPlace(path: String, reason: String)
    /// By another process, to the same name.
    case beingWritten(path: String)
    /// The file is a node's of a cluster, and a single server was to use it.
    case clusters(path: String, cluster: String)
    /// The file is a single server's, and a node of a cluster was to use it.
    case singleServersLog(path: String)
    /// The file is a node's of another log than the one it was to be.
    case otherClusters(path: String, cluster: String)

    public var description: String {
        switch self {
        case .alreadyInUse(let folder, let holder):
            let process = holder.map { "the process \($0)" } ?? "another process"
            return "\(folder) is in use by \(process): stop that server, or choose another --data folder"
        case .notWritable(let path, let reason):
            return "\(path) cannot be written (\(reason)): give it to the user that runs roomcast, or choose another "
                + "--data folder"
        case .newerSchema(let path, let found, let known):
            return "\(path) has schema \(found), and this roomcast knows schemas up to \(known): start the newer "
                + "roomcast that made it, or restore a backup from before the upgrade"
        case .damaged(let path, let detail):
            return "\(path) is damaged (\(detail)) and was left as it is: restore a backup, or move the file away to "
                + "begin with an empty log"
        case .damagedLogFile(let path, let detail):
            return "\(path) is damaged (\(detail)) and was left as it is: restore a backup, or move this file away to "
                + "go on without the messages that are only in it"
        case .diskFull(let path):
            return "\(path) cannot be written because its disk is full: free some space, and try again"
        case .cannotOpen(let path, let reason):
            return "\(path) cannot be opened: \(reason)"
        case .noLog(let path):
            return "there is no log at \(path): name the folder of one with --data"
        case .noFile(let path):
            return "\(path) is not there, or empty: name a file that roomcast backup made"
        case .notReadable(let path, let reason):
            return "\(path) cannot be read (\(reason)): run this as the user that runs the server, or give it the file"
        case .unsoundBackup(let path, let detail):
            return "\(path) is no sound backup (\(detail)): use another one; nothing was changed"
        case .inTheWay(let path, let remedy):
            return "\(path) is there already: \(remedy)"
        case .noPlace(let path, let reason):
            return "\(path) cannot be written (\(reason)): name a file in a folder that is there and yours"
        case .beingWritten(let path):
            return "\(path) is being written by another process: wait for it, or choose another name"
        case .clusters(let path, let cluster):
            return
                "\(path) is a copy of the log of the cluster \(cluster): start with --cluster, or restore a backup of it "
                + "into another folder to go on as a single server"
        case .singleServersLog(let path):
            return
                "\(path) is the log of a single server: move it into the cluster with roomcast cluster import, or choose "
                + "another --data folder"
        case .otherClusters(let path, let cluster):
            return
                "\(path) is a copy of another log, of the cluster \(cluster): choose another --data folder, or move the "
                + "file away"
        }
    }

    /// What an error from SQLite means for somebody who tried to open the database at `path`.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StorageError: self = error
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                self = .damaged(path: path, detail: error.message ?? "\(error.extendedResultCode)")
            case .SQLITE_READONLY, .SQLITE_PERM: self = .notWritable(path: path, reason: error.reason)
            case .SQLITE_FULL: self = .diskFull(path: path)
            default: self = .cannotOpen(path: path, reason: error.reason)
            }
        default: self = .cannotOpen(path: path, reason: systemReason(of: error))
        }
    }

    /// What the system's refusal to write means.
    init(writing path: String, code: Int32) {
        switch code {
        case ENOSPC, EDQUOT: self = .diskFull(path: path)
        default: self = .notWritable(path: path, reason: String(cString: strerror(code)))
        }
    }

    /// Looks whether there is a file to be read, since what SQLite says of what is none does not tell.
    ///
    /// - Parameter absent: what it is when there is nothing.
    static func requireFile(_ path: String, orElse absent: StorageError) throws(StorageError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw refusal(of: path, orElse: absent) }
        guard status.isOfFile else { throw .isNoFile(path) }
        guard status.st_size > 0 else { throw absent }
        guard access(path, R_OK) == 0 else { throw refusal(of: path, orElse: absent) }
    }

    /// Something else has the path.
    static func isNoFile(_ path: String) -> StorageError {
        .cannotOpen(path: path, reason: "it is no file, but a folder or a device")
    }

    /// Why there is no log in a folder: nobody may look, or there is none.
    public static func missingLog(in folder: String) -> StorageError {
        let path = DataFolder.databasePath(in: folder)
        var status = stat()
        return stat(path, &status) == 0 ? .noLog(path: folder) : refusal(of: path, orElse: .noLog(path: folder))
    }

    private static func refusal(of path: String, orElse absent: StorageError) -> StorageError {
        let code = errno
        return code == EACCES ? .notReadable(path: path, reason: String(cString: strerror(code))) : absent
    }
}

extension stat {
    /// Of a regular one.
    var isOfFile: Bool { st_mode & S_IFMT == S_IFREG }
}

extension DatabaseError {
    /// What SQLite's result code (https://sqlite.org/rescode.html) says to an operator.
    var reason: String {
        switch resultCode {
        case .SQLITE_FULL: "the disk is full"
        case .SQLITE_IOERR: "the disk reports an error (\(extendedResultCode))"
        case .SQLITE_READONLY, .SQLITE_PERM: "the database is read-only"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: "the database is damaged (\(message ?? "no detail"))"
        case .SQLITE_BUSY: "another program holds the database"
        case .SQLITE_NOMEM: "there is no memory left"
        default: "\(message ?? "SQLite error") (\(extendedResultCode))"
        }
    }
}

/// What any error that comes out of a database access says to an operator.
func storageReason(of error: any Error) -> String {
    (error as? DatabaseError)?.reason ?? systemReason(of: error)
}

/// An error in words: of one of Foundation's the system's own, and not its domain and number.
private func systemReason(of error: any Error) -> String {
    if let error = error as? POSIXError { return String(cString: strerror(error.code.rawValue)) }
    guard let error = error as? CocoaError else { return "\(error)" }
    return error.underlying.map(systemReason) ?? error.localizedDescription
}
