internal import GRDB

/// The tables, as migrations. A migration that was released is never edited: the file of every version must become
/// the same schema. `Tests/ChatStorageTests/FrozenSchema.swift` holds what each version made.
enum Schema {
    /// Version 1.
    ///
    /// `meta` holds `epoch` (text), `guest_secret` (32 random bytes) and `failed_commits` (a count, see `LogWriter`).
    ///
    /// `rooms.room_id` is the log position of the room's first event, so that no room ever gets the number of an
    /// earlier one, and replaying the log gives the same numbers. A room's last event is not kept here: the index
    /// finds it in one seek, and a column would be one more page to write per room and commit.
    ///
    /// `entries` is the log. `id` is the position, given by us. `json` is the event as it is shown now: an edit
    /// replaces it, so that deleted text leaves the disk (Debian's SQLite overwrites what it frees: SECURE_DELETE).
    /// `version` says by which rules an entry of this kind is applied.
    ///
    /// `entries_by_room` is in effect `(room_id, id)`: an index of SQLite ends in the rowid, and `id` is the rowid's
    /// name. Naming it would store it twice.
    ///
    /// `idempotency_keys` is apart from `entries` because a key is remembered longer than the message is kept. The key
    /// comes first, though it is unique only per sender and room: keys that begin with the time, as our page's do, then
    /// go to one leaf for all who post, instead of one more page to write and sync per post.
    private static let version1 = """
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

    /// Version 2: what retention needs, and replies that can be found.
    ///
    /// `rooms.expired_through` is the last event of the room that retention removed, 0 for none. The `prev` chain goes on
    /// from it when nothing else of the room is left.
    ///
    /// `entries.room_id` now also says what an entry is about that is in no room's chain: `-room_id` for a retention entry
    /// of that room, 0 for the server's own. So each kind is found, and its predecessor removed, by one seek, and no
    /// reader of a room's entries ever meets it.
    ///
    /// `entries.reply_to` repeats what a message's JSON says, for its index.
    ///
    /// `idempotency_keys.forget_at` is set, in milliseconds since 1970, once the key's message is gone.
    private static let version2 = """
        ALTER TABLE rooms ADD COLUMN expired_through INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX rooms_by_expiry ON rooms (expired_through) WHERE expired_through > 0;

        ALTER TABLE entries ADD COLUMN reply_to INTEGER;
        UPDATE entries SET reply_to = json_extract(json, '$.reply_to')
          WHERE CASE WHEN json_valid(json) THEN json_type(json, '$.reply_to') END = 'integer';
        CREATE INDEX entries_by_reply ON entries (reply_to) WHERE reply_to IS NOT NULL;

        ALTER TABLE idempotency_keys ADD COLUMN forget_at INTEGER;
        """

    /// Version 3: who may do what.
    ///
    /// `access` holds what the entries about it amount to, one row for each account, session, token, invite, room, membership
    /// and so on, as JSON: all of it is in memory while a server runs, and no question is asked of it here.
    ///
    /// `audit` is what was done, for those who look after a room; `room_id` is 0 for the server. It is no part of any room's
    /// chain, and outlives retention.
    private static let version3 = """
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

    /// Version 4: rooms that were deleted.
    ///
    /// `deleted_rooms` are those of which something is left to be removed. They are in `rooms` no more: see `RoomRemoval`.
    ///
    /// `rooms.deletion` is the event by which the room was deleted that had the name before, 0 for none. It is the first in the chain, and
    /// the room's number; as long as nothing follows it, there is no such room.
    private static let version4 = """
        ALTER TABLE rooms ADD COLUMN deletion INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX rooms_by_deletion ON rooms (deletion) WHERE deletion > 0;

        CREATE TABLE deleted_rooms (
          room_id INTEGER PRIMARY KEY,
          name TEXT NOT NULL
        ) STRICT;
        """

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(sql: version1)
            try LogIdentity.make(in: db)
        }
        migrator.registerMigration("2") { try $0.execute(sql: version2) }
        migrator.registerMigration("3") { try $0.execute(sql: version3) }
        migrator.registerMigration("4") { try $0.execute(sql: version4) }
        return migrator.disablingDeferredForeignKeyChecks()
    }

    /// The latest version that this code knows.
    static var knownVersion: Int { migrator.migrations.count }

    /// The version of a database that is open; 0 for one without tables.
    static func version(of db: Database) throws -> Int {
        try migrator.appliedIdentifiers(db).compactMap { Int($0) }.max() ?? 0
    }
}
