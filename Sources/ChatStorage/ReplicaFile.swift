public import Chat
internal import Foundation
internal import GRDB

/// What the file of a cluster's node says about itself: whose copy it is, and how far it has come.
public struct ReplicaFile: Hashable, Sendable {
    /// Which log it is a copy of.
    public struct Membership: Hashable, Sendable {
        /// The cluster's name.
        public let cluster: String
        public let epoch: Epoch
        /// 32 random bytes that all nodes share.
        public let guestSecret: [UInt8]

        public init(cluster: String, epoch: Epoch, guestSecret: [UInt8]) {
            self.cluster = cluster
            self.epoch = epoch
            self.guestSecret = guestSecret
        }
    }

    /// The last entry that was applied, with the id under which it was proposed: by both it is known again.
    public struct Applied: Hashable, Sendable {
        public let id: EntryID
        /// Empty before the first entry, and where the file was a single server's.
        public let proposal: String

        public static let nothing = Applied(id: .zero, proposal: "")

        public init(id: EntryID, proposal: String) {
            self.id = id
            self.proposal = proposal
        }
    }

    public let membership: Membership
    public let applied: Applied

    /// Looks at a folder's file, without writing to it. Reads the disk.
    ///
    /// - Returns: `nil` when there is none yet, or one that was only begun.
    /// - Throws: `singleServersLog`; `damagedLogFile` when it may be one.
    public init?(in folder: DataFolder) throws(StorageError) {
        let path = folder.databasePath
        guard fileSize(path) > 0 else { return nil }
        do {
            let reader = try LogFile.openReading(path)
            defer { try? reader.close() }
            let found = try reader.read { db -> ReplicaFile? in
                // Begun, and broken off before its first table was there.
                guard try Schema.version(of: db) > 0 else { return nil }
                if let file = try Self.read(from: db) { return file }
                guard try LogFile(in: db, at: path).head == .zero else {
                    throw StorageError.singleServersLog(path: path)
                }
                return nil
            }
            guard let found else {
                // What SQLite does not read of it may be a single server's log.
                if let detail = try WriteAheadLog.damage(at: path + "-wal") {
                    throw StorageError.damagedLogFile(path: path + "-wal", detail: detail)
                }
                return nil
            }
            self = found
        } catch {
            throw StorageError(error, path: path)
        }
    }

    private init(membership: Membership, applied: Applied) {
        self.membership = membership
        self.applied = applied
    }

    /// - Returns: `nil` when it is no node's.
    static func read(from db: Database) throws -> ReplicaFile? {
        guard let cluster = try cluster(in: db), let identity = try LogIdentity.read(from: db) else { return nil }
        return ReplicaFile(
            membership: Membership(cluster: cluster, epoch: identity.epoch, guestSecret: identity.guestSecret),
            applied: try applied(in: db))
    }

    static func cluster(in db: Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'cluster'")
    }

    static func applied(in db: Database) throws -> Applied {
        Applied(
            id: EntryID(rawValue: try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'applied'") ?? 0),
            proposal: try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'applied_proposal'") ?? "")
    }

    /// Makes a log's file that of a node. In a transaction.
    static func write(_ membership: Membership, applied: Applied, in db: Database) throws {
        for (key, value) in [
            ("cluster", membership.cluster.databaseValue), ("epoch", membership.epoch.word.databaseValue),
            ("guest_secret", Data(membership.guestSecret).databaseValue),
            ("applied", applied.id.rawValue.databaseValue), ("applied_proposal", applied.proposal.databaseValue),
        ] {
            try db.execute(
                sql:
                    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                arguments: [key, value])
        }
    }

    /// Makes a node's file that of a single server. In a transaction.
    static func leaveCluster(in db: Database) throws {
        try db.execute(sql: "DELETE FROM meta WHERE key IN ('cluster', 'applied', 'applied_proposal')")
    }

    /// Renames a folder's file, so that another can take its place; nothing is deleted.
    ///
    /// - Returns: its new path; `nil` when there was none.
    public static func putAside(in folder: DataFolder, now: Timestamp = .now()) throws(StorageError) -> String? {
        guard fileSize(folder.databasePath) > 0 else { return nil }
        return try LogRestore.putAside(folder.databasePath, now: now)
    }

    /// Puts a copy of another node's file, complete and checked, in the place of the folder's, if that has one.
    ///
    /// What is there is replaced at once, and only where the copy is of the same log and goes at least as far; else it is renamed.
    ///
    /// - Parameters:
    ///   - path: in the same folder; it gets the file's name.
    ///   - now: for the name of what is put aside.
    /// - Returns: also the new path of what was there, where that was renamed.
    /// - Throws: `unsoundBackup` when it is not what a node of `membership` has written. Nothing was changed then.
    public static func install(
        _ path: String, in folder: DataFolder, of membership: Membership, now: Timestamp = .now()
    ) throws(StorageError) -> (file: ReplicaFile, kept: String?) {
        let check = try LogCheck(ofFile: path)
        guard check.isSound else { throw .unsoundBackup(path: path, detail: check.findings[0]) }
        let file: ReplicaFile?
        do {
            let reader = try LogFile.openReading(path)
            defer { try? reader.close() }
            file = try reader.read { try read(from: $0) }
        } catch {
            throw StorageError(error, path: path)
        }
        guard let file, file.membership == membership else {
            throw .unsoundBackup(path: path, detail: "it is the copy of another log")
        }
        let kept = isReplaceable(in: folder, by: file) ? nil : try putAside(in: folder, now: now)
        // Empty, if they are there. What is in a log file would be applied to the other database.
        for suffix in ["-wal", "-shm", "-journal"] { unlink(folder.databasePath + suffix) }
        guard rename(path, folder.databasePath) == 0 else {
            throw .notWritable(path: folder.databasePath, reason: String(cString: strerror(errno)))
        }
        try syncFolder(of: folder.databasePath)
        return (file, kept)
    }

    /// Whether a folder's file can go: all that is in it is in `other`, and it is one file, so that one renaming replaces it.
    private static func isReplaceable(in folder: DataFolder, by other: ReplicaFile) -> Bool {
        guard let found = try? ReplicaFile(in: folder), found.membership == other.membership,
            found.applied.id <= other.applied.id
        else { return false }
        return LogRestore.foldLogFile(into: folder.databasePath)
    }

    /// Makes a single server's log, which is not in use, the first node's file of a cluster.
    ///
    /// - Returns: its epoch and secret, which the cluster has to take over, and its last entry.
    public static func adopt(
        in folder: DataFolder, into cluster: String
    ) throws(StorageError) -> ReplicaFile {
        let path = folder.databasePath
        guard fileSize(path) > 0 else { throw .noLog(path: path) }
        try LogDatabase.inspect(path, forNode: true)
        do {
            let queue = try DatabaseQueue(path: path)
            defer { try? queue.close() }
            try Schema.migrator.migrate(queue)
            return try queue.write { db in
                if let file = try read(from: db) { return file }
                let log = try LogFile(in: db, at: path)
                guard let identity = try LogIdentity.read(from: db) else {
                    throw StorageError.damaged(path: path, detail: "it has lost its epoch or its secret")
                }
                let file = ReplicaFile(
                    membership: Membership(
                        cluster: cluster, epoch: identity.epoch, guestSecret: identity.guestSecret),
                    applied: Applied(id: log.head, proposal: ""))
                try write(file.membership, applied: file.applied, in: db)
                return file
            }
        } catch {
            throw StorageError(error, path: path)
        }
    }
}
