internal import GRDB
internal import GRDBSQLite

/// A compiled statement, bound and stepped straight through SQLite's C functions.
///
/// A post takes a handful of statements on the one thread that commits, and a page a row every few microseconds: there
/// GRDB's arguments and rows, each boxed and checked anew, would cost more than SQLite. GRDB still compiles the
/// statement, once per connection, and owns it. This file is the only one with SQLite's pointers.
///
/// To be used inside accesses to the database that made it, and let go before that is closed. Every use is `reset`,
/// bind, `step`…, and a last `reset`, without which the statement would keep its read transaction open.
struct PreparedStatement {
    private let owner: Statement
    private let pointer: OpaquePointer

    /// - Throws: `DatabaseError`, as all methods here.
    init(_ sql: String, in db: Database) throws {
        owner = try db.cachedStatement(sql: sql)
        pointer = owner.sqliteStatement
    }

    /// Parameters and columns are numbered as in SQLite: from 1, and from 0.
    func bind(_ value: Int64, at index: Int32) throws {
        try check(sqlite3_bind_int64(pointer, index, value))
    }

    /// `nil` is stored as NULL.
    func bind(_ value: Int64?, at index: Int32) throws {
        if let value { try bind(value, at: index) } else { try check(sqlite3_bind_null(pointer, index)) }
    }

    func bind(_ value: String, at index: Int32) throws {
        var value = value
        try value.withUTF8 { try bindText(UnsafeRawBufferPointer($0), at: index) }
    }

    /// UTF-8, stored as text.
    func bind(_ value: [UInt8], at index: Int32) throws {
        try value.withUnsafeBytes { try bindText($0, at: index) }
    }

    /// - Returns: whether there is a row to read.
    func step() throws -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw error(code)
        }
    }

    /// Runs a statement that returns no rows.
    func run() throws {
        defer { reset() }
        _ = try step()
    }

    /// Bindings are kept.
    ///
    /// > If the most recent call to sqlite3_step(S) […] indicated an error, then sqlite3_reset(S) returns an
    /// > appropriate error code. (https://sqlite.org/c3ref/reset.html)
    ///
    /// `step` has thrown that error already.
    func reset() {
        sqlite3_reset(pointer)
    }

    func int64(_ column: Int32) -> Int64 {
        sqlite3_column_int64(pointer, column)
    }

    /// A text as its UTF-8; empty for NULL.
    func bytes(_ column: Int32) -> [UInt8] {
        // The text must be asked for before its length (https://sqlite.org/c3ref/column_blob.html).
        guard let start = sqlite3_column_text(pointer, column) else { return [] }
        return [UInt8](UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column))))
    }

    func string(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(pointer, column) else { return "" }
        let count = Int(sqlite3_column_bytes(pointer, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(pointer, column) == SQLITE_NULL
    }

    private func bindText(_ bytes: UnsafeRawBufferPointer, at index: Int32) throws {
        // An empty buffer may have no address, and SQLite would take that for NULL.
        guard let start = bytes.baseAddress else { return try check(sqlite3_bind_text(pointer, index, "", 0, nil)) }
        let text = start.assumingMemoryBound(to: CChar.self)
        try check(sqlite3_bind_text(pointer, index, text, Int32(bytes.count), Self.copied))
    }

    /// `SQLITE_TRANSIENT`, a cast that Swift cannot import: SQLite copies the value before the call returns.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func check(_ code: Int32) throws {
        if code != SQLITE_OK { throw error(code) }
    }

    private func error(_ code: Int32) -> DatabaseError {
        let connection = sqlite3_db_handle(pointer)
        let message = sqlite3_errmsg(connection).map { String(cString: $0) }
        // The extended code tells a failed sync from a failed write.
        return DatabaseError(resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)), message: message)
    }
}

extension Database {
    /// Pages that this connection has written to the log file since the last call; in WAL mode each is a frame.
    ///
    /// Source: SQLITE_DBSTATUS_CACHE_WRITE, https://sqlite.org/c3ref/c_dbstatus_options.html.
    func takeWrittenPageCount() -> Int {
        var count: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &count, &highest, 1)
        return Int(count)
    }
}
