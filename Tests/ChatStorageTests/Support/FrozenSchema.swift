import GRDB

/// A database as each version of the schema left it. Never edited: every later roomcast must open files like these.
enum FrozenSchema {
    static let version1 = """
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1');
        CREATE TABLE meta (
          key TEXT PRIMARY KEY NOT NULL,
          value ANY NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE rooms (
          room_id INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE entries (
          id INTEGER PRIMARY KEY,
          room_id INTEGER NOT NULL,
          prev INTEGER NOT NULL,
          kind TEXT NOT NULL,
          version INTEGER NOT NULL,
          json TEXT NOT NULL
        ) STRICT;
        CREATE INDEX entries_by_room ON entries (room_id);
        CREATE TABLE idempotency_keys (
          key TEXT NOT NULL,
          room_id INTEGER NOT NULL,
          sender TEXT NOT NULL,
          entry_id INTEGER NOT NULL,
          digest INTEGER NOT NULL,
          PRIMARY KEY (key, room_id, sender)
        ) STRICT, WITHOUT ROWID;
        """

    /// What version 2 added to a file of version 1.
    static let version2 = """
        INSERT INTO grdb_migrations VALUES ('2');
        ALTER TABLE rooms ADD COLUMN expired_through INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX rooms_by_expiry ON rooms (expired_through) WHERE expired_through > 0;
        ALTER TABLE entries ADD COLUMN reply_to INTEGER;
        CREATE INDEX entries_by_reply ON entries (reply_to) WHERE reply_to IS NOT NULL;
        ALTER TABLE idempotency_keys ADD COLUMN forget_at INTEGER;
        """

    /// What version 3 added to a file of version 2.
    static let version3 = """
        INSERT INTO grdb_migrations VALUES ('3');
        CREATE TABLE access (
          kind TEXT NOT NULL,
          name TEXT NOT NULL,
          json TEXT NOT NULL,
          PRIMARY KEY (kind, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE audit (
          id INTEGER PRIMARY KEY,
          room_id INTEGER NOT NULL,
          json TEXT NOT NULL
        ) STRICT;
        CREATE INDEX audit_by_room ON audit (room_id);
        """

    /// What version 4 added to a file of version 3.
    static let version4 = """
        INSERT INTO grdb_migrations VALUES ('4');
        ALTER TABLE rooms ADD COLUMN deletion INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX rooms_by_deletion ON rooms (deletion) WHERE deletion > 0;
        CREATE TABLE deleted_rooms (
          room_id INTEGER PRIMARY KEY,
          name TEXT NOT NULL
        ) STRICT;
        """

    /// Three messages in two rooms; the second was posted with the key `k`.
    static let content = """
        INSERT INTO meta VALUES ('epoch', 'k3f9ab'),
          ('guest_secret', x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
        INSERT INTO rooms VALUES (1, 'lobby'), (2, '大厅');
        INSERT INTO entries VALUES
          (1, 1, 0, 'message', 1, '{"id":1,"room":"lobby","prev":0,"text":"one"}'),
          (2, 2, 0, 'message', 1, '{"id":2,"room":"大厅","prev":0,"text":"two"}'),
          (3, 1, 1, 'message', 1, '{"id":3,"room":"lobby","prev":1,"text":"three"}');
        INSERT INTO idempotency_keys VALUES ('k', 2, 'guest:ann', 2, \(digestOfTwo));
        """

    /// FNV-1a of `two`.
    private static let digestOfTwo = "two".utf8.reduce(Int64(bitPattern: 0xcbf2_9ce4_8422_2325)) { hash, byte in
        (hash ^ Int64(byte)) &* 0x100_0000_01b3
    }

    static func make(at path: String, adding sql: String = "") throws {
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: version1 + content + sql)
        }
        try database.close()
    }
}
