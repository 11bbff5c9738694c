internal import Chat
internal import Foundation
internal import GRDB
internal import Logging

/// The SQLite file of a data folder, opened and checked.
struct LogDatabase {
    let pool: DatabasePool
    let identity: LogIdentity
    let head: EntryID
    let access: AccessState

    /// Connections that read at the same time; further reads wait for one.
    static let maximumReaderCount = 4
    /// How long a connection waits for a lock of another program, such as a `sqlite3` shell, before it gives up.
    static let lockTimeout: TimeInterval = 5
    /// The writer's page cache. What a commit touches, the last leaves of a few trees for each room, should be in it.
    static let writerCacheKiB = 16 * 1024

    /// Bytes of `-wal` that a server takes over as they are; what is above is copied into the database at start.
    static let inheritedLogSize = 16 * 1024 * 1024

    /// Opens the file or makes it, and brings its schema up to date.
    ///
    /// What is checked: the log file as far as `WriteAheadLog` can, the header and the schema, the identity, and that the newest entry can be read by its id and
    /// by its room's index. A crash could only harm what was written last, and SQLite compares the length of the file
    /// with the header's. `PRAGMA quick_check` would read the whole file, minutes for a large one; damage elsewhere
    /// shows when a page of it is read, as an error to that reader.
    ///
    /// - Parameter membership: set for a node of a cluster, whose file it then is.
    static func open(
        in folder: DataFolder, of membership: ReplicaFile.Membership? = nil
    ) throws(StorageError) -> LogDatabase {
        let path = folder.databasePath
        try folder.requireAccess()
        try inspect(path, forNode: membership != nil)
        try folder.prepareDatabaseFile()
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { try setUpWriter($0) }
            try Schema.migrator.migrate(pool)
            try pool.write { try claim($0, for: membership, path: path) }
            // Only now: whose the file is has been synced before anything that may be torn, so it can always be read (`inspect`).
            if membership != nil { try pool.writeWithoutTransaction { try syncSeldom($0) } }
            // The Checkpointer counts only what is written from here on, so over many lives that end in a crash the log file
            // would grow without this. A disk that is full is no reason not to start.
            if fileSize(path + "-wal") > inheritedLogSize {
                _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            }
            return try pool.read { db in
                guard let identity = try LogIdentity.read(from: db) else {
                    throw lostIdentity(path)
                }
                return LogDatabase(
                    pool: pool, identity: identity, head: try checkedHead(of: db, path: path),
                    access: try AccessTables.read(from: db))
            }
        } catch {
            throw StorageError(error, path: path)
        }
    }

    /// Waits for reads under way. Later accesses fail.
    func close(reportingTo logger: Logger) {
        do {
            // Everything is durable in the log file as it is; this makes the next start faster, and a copy of the one
            // file a whole backup. The last connection to close would do it too, but could not tell of a failure.
            _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        } catch {
            logger.warning("The last checkpoint failed", metadata: ["reason": "\(storageReason(of: error))"])
        }
        do {
            try pool.close()
        } catch {
            logger.warning("The database could not be closed", metadata: ["reason": "\(storageReason(of: error))"])
        }
    }

    /// Looks at an existing file without writing to it, so that one that must not be touched is left as it was.
    ///
    /// - Parameter forNode: it may be a node's.
    static func inspect(_ path: String, forNode: Bool) throws(StorageError) {
        guard fileSize(path) > 0 else {
            // SQLite would delete the log file of an empty database. It is never empty once it has one.
            guard fileSize(path + "-wal") == 0 else {
                throw .damaged(path: path, detail: "it is empty, but its -wal file is not")
            }
            return
        }
        do {
            if let detail = try WriteAheadLog.damage(at: path + "-wal"), try !(forNode && isNodes(path)) {
                throw StorageError.damagedLogFile(path: path + "-wal", detail: detail)
            }
            var configuration = Configuration()
            // A journal is left when power goes while the file is being made, before it has a log file. Only a
            // connection that may write can read past one: it takes back what was half done, and no more.
            configuration.readonly = fileSize(path + "-journal") == 0
            configuration.label = "roomcast.inspection"
            let connection = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? connection.close() }
            try connection.read { db in
                let (found, known) = (try Schema.version(of: db), Schema.knownVersion)
                guard try found <= known && !Schema.migrator.hasBeenSuperseded(db) else {
                    throw StorageError.newerSchema(path: path, found: found, known: known)
                }
                // A database without any table, but for the one in which GRDB counts migrations, is one whose making was
                // interrupted.
                let tables =
                    try Int.fetchOne(
                        db, sql: "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'") ?? 0
                guard found > 0 || tables == 0 else {
                    throw StorageError.damaged(path: path, detail: "it is the database of another program")
                }
                guard try found == 0 || LogIdentity.read(from: db) != nil else { throw lostIdentity(path) }
            }
        } catch {
            throw StorageError(error, path: path)
        }
    }

    /// Whether a file with a log file that looks damaged is a node's, and sound as far as SQLite reads it.
    ///
    /// A node's transactions are not synced one by one. A loss of power may leave later ones whole and earlier ones torn, and what SQLite
    /// passes over then is applied again from the cluster's log. Damage looks the same; but where part of what is passed over was in the database
    /// already, the file is of no one moment any more. So all of it is read, which a loss of power is rare enough for.
    private static func isNodes(_ path: String) throws -> Bool {
        // A connection that only reads could not read past a journal, and a file that has one has not become a node's yet.
        guard fileSize(path + "-journal") == 0 else { return false }
        let reader = try LogFile.openReading(path)
        defer { try? reader.close() }
        guard try reader.read({ try Schema.version(of: $0) > 0 && ReplicaFile.cluster(in: $0) != nil }) else {
            return false
        }
        let check = try LogCheck(ofFile: path)
        guard check.isSound else { throw StorageError.damaged(path: path, detail: check.findings[0]) }
        return true
    }

    private static func lostIdentity(_ path: String) -> StorageError {
        .damaged(path: path, detail: "it has lost its epoch or its secret")
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "roomcast"
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = maximumReaderCount
        configuration.busyMode = .timeout(lockTimeout)
        configuration.persistentReadOnlyConnections = true
        return configuration
    }

    /// `DatabasePool` sets `synchronous = NORMAL` after its `prepareDatabase`, so this runs once the pool is open.
    private static func setUpWriter(_ db: Database) throws {
        // > FULL synchronous is very similar to EXTRA in WAL mode […] the WAL file is synced after each transaction
        // > commit. (https://sqlite.org/pragma.html#pragma_synchronous)
        try db.execute(sql: "PRAGMA synchronous = FULL")
        // The Checkpointer does it, on its own thread.
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        try db.execute(sql: "PRAGMA cache_size = \(-writerCacheKiB)")
    }

    /// A node's file can be made anew from its cluster's log; what a loss of power takes is applied again.
    private static func syncSeldom(_ db: Database) throws {
        try db.execute(sql: "PRAGMA synchronous = NORMAL")
    }

    /// Whose the file is: a single server's, or a node's. One that is new takes what it is given.
    private static func claim(_ db: Database, for membership: ReplicaFile.Membership?, path: String) throws {
        if let cluster = try ReplicaFile.cluster(in: db) {
            guard let membership else { throw StorageError.clusters(path: path, cluster: cluster) }
            guard try ReplicaFile.read(from: db)?.membership == membership else {
                throw StorageError.otherClusters(path: path, cluster: cluster)
            }
        } else if let membership {
            guard try Bool.fetchOne(db, sql: "SELECT NOT EXISTS (SELECT 1 FROM entries)") ?? false else {
                throw StorageError.singleServersLog(path: path)
            }
            try ReplicaFile.write(membership, applied: .nothing, in: db)
        }
    }

    private static func checkedHead(of db: Database, path: String) throws -> EntryID {
        guard let last = try Row.fetchOne(db, sql: "SELECT id, room_id, json FROM entries ORDER BY id DESC LIMIT 1")
        else { return .zero }
        let id: Int64 = last["id"]
        let lastOfRoom = try Int64.fetchOne(
            db, sql: "SELECT max(id) FROM entries WHERE room_id = ?", arguments: [last["room_id"] as Int64])
        guard lastOfRoom == id else {
            throw StorageError.damaged(path: path, detail: "its index does not hold the last entry, \(id)")
        }
        return EntryID(rawValue: id)
    }
}

/// Bytes; 0 when there is no such file.
func fileSize(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
}
