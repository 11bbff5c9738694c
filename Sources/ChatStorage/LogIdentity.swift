internal import Chat
internal import Foundation
internal import GRDB

/// What a log is known by, made with it; the epoch anew when a backup is restored.
struct LogIdentity {
    let epoch: Epoch
    /// 32 random bytes that nobody outside the data folder knows.
    let guestSecret: [UInt8]

    static let guestSecretLength = 32

    static func make(in db: Database) throws {
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<guestSecretLength).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try db.execute(
            sql: "INSERT INTO meta (key, value) VALUES ('epoch', ?), ('guest_secret', ?)",
            arguments: [Epoch.random(using: &generator).word, Data(secret)])
    }

    /// Another epoch, for a log that has been wound back. Its secret stays, and with it the names of guests.
    static func drawEpoch(in db: Database) throws {
        var generator = SystemRandomNumberGenerator()
        try db.execute(
            sql: "UPDATE meta SET value = ? WHERE key = 'epoch'", arguments: [Epoch.random(using: &generator).word])
    }

    /// - Returns: `nil` when something is missing or not what was stored.
    static func read(from db: Database) throws -> LogIdentity? {
        guard let word = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'epoch'"),
            let epoch = Epoch(word),
            let secret = try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'guest_secret'"),
            secret.count == guestSecretLength
        else { return nil }
        return LogIdentity(epoch: epoch, guestSecret: [UInt8](secret))
    }
}
