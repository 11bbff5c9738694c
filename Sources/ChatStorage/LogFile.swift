public import Chat
internal import Foundation
internal import GRDB

/// What a log's SQLite file says about itself.
public struct LogFile: Hashable, Sendable {
    public let path: String
    public let size: Int
    public let schema: Int
    public let epoch: Epoch
    /// The last entry.
    public let head: EntryID

    /// Reads a file, whoever else uses it.
    init(at path: String) throws(StorageError) {
        do {
            let reader = try Self.openReading(path)
            defer { try? reader.close() }
            self = try reader.read { try LogFile(in: $0, at: path) }
        } catch {
            throw StorageError(error, path: path)
        }
    }

    /// - Throws: `newerSchema`; `damaged` when it is no log.
    init(in db: Database, at path: String) throws {
        let (found, known) = (try Schema.version(of: db), Schema.knownVersion)
        guard found <= known else { throw StorageError.newerSchema(path: path, found: found, known: known) }
        guard found > 0 else { throw StorageError.damaged(path: path, detail: "it is not a log of roomcast") }
        guard let identity = try LogIdentity.read(from: db) else {
            throw StorageError.damaged(path: path, detail: "it has lost its epoch or its secret")
        }
        self.path = path
        size = fileSize(path)
        schema = found
        epoch = identity.epoch
        head = EntryID(rawValue: try Int64.fetchOne(db, sql: "SELECT max(id) FROM entries") ?? 0)
    }

    /// A connection that writes nothing, neither entries nor checkpoints. It may make the `-wal` and `-shm` files of a
    /// server that is not running.
    ///
    /// - Throws: `noLog` when there is no such file.
    static func openReading(_ path: String) throws -> DatabaseQueue {
        guard fileSize(path) > 0 else { throw StorageError.noLog(path: path) }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "roomcast.reading"
        configuration.busyMode = .timeout(LogDatabase.lockTimeout)
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}
