internal import Chat
internal import GRDB

/// What the entries about access amount to, in the tables, and what is told of them.
enum AccessTables {
    static let put = """
        INSERT INTO access (kind, name, json) VALUES (?, ?, ?) ON CONFLICT (kind, name) DO UPDATE SET json = excluded.json
        """
    static let remove = "DELETE FROM access WHERE kind = ? AND name = ?"
    static let insertAudit = "INSERT INTO audit (id, room_id, json) VALUES (?, ?, ?)"
    /// The latest is kept: it shows how far the log goes.
    static let removePredecessors = "DELETE FROM entries WHERE room_id = 0 AND kind = '\(Entry.accessKind)'"
    static let rewrite = "UPDATE entries SET json = ? WHERE id = ?"
    static let audit = "SELECT json FROM audit WHERE room_id = ? AND id < ? AND id <= ? ORDER BY id DESC LIMIT ?"

    static func write(_ changes: [AccessChange], in db: Database) throws {
        for change in changes {
            let statement: PreparedStatement
            switch change {
            case .put(let record):
                statement = try PreparedStatement(put, in: db)
                try statement.bind(record.json, at: 3)
            case .remove: statement = try PreparedStatement(remove, in: db)
            }
            try statement.bind(change.key.kind, at: 1)
            try statement.bind(change.key.name, at: 2)
            try statement.run()
        }
    }

    /// - Parameter roomID: 0 for what is about the server.
    static func note(_ json: [UInt8], as id: EntryID, roomID: Int64, in db: Database) throws {
        let statement = try PreparedStatement(insertAudit, in: db)
        try statement.bind(id.rawValue, at: 1)
        try statement.bind(roomID, at: 2)
        try statement.bind(json, at: 3)
        try statement.run()
    }

    static func read(from db: Database) throws -> AccessState {
        let statement = try PreparedStatement("SELECT json FROM access", in: db)
        defer { statement.reset() }
        var records: [AccessRecord] = []
        while try statement.step() { records.append(try AccessRecord(json: statement.bytes(0))) }
        return AccessState(records)
    }
}
