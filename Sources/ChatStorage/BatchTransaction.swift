internal import Chat
internal import GRDB

/// The posts of one transaction, and changes of who may do what, applied one after the other. What it gathers is true only
/// once the transaction has been committed.
///
/// Whether a post is taken is decided by reading, before the first write for it: a refusal leaves nothing behind, so
/// posts need no savepoint of their own. A write that fails all the same (disk, damage, a bug) fails the batch, which
/// is rolled back whole: going on after it would be building on a file that is known to be bad.
struct BatchTransaction {
    private let statements: CommitStatements
    private let db: Database
    private let known: RoomCache
    private let book: AccessBook
    /// Rooms that posts of this batch were written to.
    private(set) var changedRooms: [RoomName: StoredRoom] = [:]
    private(set) var events: [RoomEvent] = []
    private(set) var posts = PostCounts()
    private(set) var rewritten: [RoomEvent] = []
    private(set) var access: [AccessChange] = []
    private(set) var takesAway = false

    /// - Parameter statements: of `db`.
    init(_ db: Database, _ statements: CommitStatements, known: RoomCache, book: AccessBook) {
        self.statements = statements
        self.db = db
        self.known = known
        self.book = book
    }

    /// Decides about one post, and writes it if it is taken.
    ///
    /// - Parameter id: its place in the log, behind all that were applied before.
    /// - Throws: `DatabaseError`; then the transaction must be rolled back.
    mutating func apply(_ post: Post, as id: EntryID) throws -> Result<Appended, ChatError> {
        let result = try decide(post, as: id)
        posts.count(result)
        return result
    }

    private mutating func decide(_ post: Post, as id: EntryID) throws -> Result<Appended, ChatError> {
        if let refusal = book.state.refusal(of: post) { return .failure(refusal) }
        let found = try findRoom(post.room)
        guard let room = found, room.exists else {
            guard post.mayMakeRoom else { return .failure(.roomNotFound(post.room)) }
            // No message can be in a room that does not exist.
            if let target = post.replyTo { return .failure(.replyTargetNotFound(target)) }
            return .success(try write(post, as: id, to: try found ?? makeRoom(post.room, at: id)))
        }
        if let key = post.key, let earlier = try statements.entry(of: key, sender: post.sender, roomID: room.id) {
            guard earlier.digest == key.digest else { return .failure(.keyReused(first: earlier.id)) }
            guard let json = try statements.json(of: earlier.id, inRoom: room.id) else {
                return .failure(.messageExpired(earlier.id))
            }
            return .success(Appended(id: earlier.id, json: json, isRepeat: true))
        }
        if let target = post.replyTo, try !statements.isMessage(target, inRoom: room.id) {
            return .failure(.replyTargetNotFound(target))
        }
        return .success(try write(post, as: id, to: room))
    }

    private func findRoom(_ name: RoomName) throws -> StoredRoom? {
        if let room = changedRooms[name] ?? known.find(name) { return room }
        guard let room = try statements.room(named: name) else { return nil }
        // No post of this batch has been written to it, so this is how the file has it, whatever becomes of the batch.
        known.store(room, as: name)
        return room
    }

    /// A room's number is the position of the event that follows.
    private func makeRoom(_ name: RoomName, at id: EntryID) throws -> StoredRoom {
        try statements.insertRoom(id.rawValue, name: name)
        return StoredRoom(id: id.rawValue, last: .zero)
    }

    private mutating func write(_ post: Post, as id: EntryID, to room: StoredRoom) throws -> Appended {
        let message = Message(post: post, id: id, prev: room.last)
        let json = message.json
        let event = RoomEvent(
            id: message.id, room: post.room, kind: .message, json: json, replyTo: message.replyTo)
        try statements.insert(event, roomID: room.id, prev: room.last, version: CommitStatements.messageVersion)
        if let key = post.key {
            try statements.insert(key, of: message.id, sender: post.sender, roomID: room.id)
        }
        changedRooms[post.room] = StoredRoom(id: room.id, last: message.id)
        events.append(event)
        return Appended(id: message.id, json: json, isRepeat: false)
    }

    /// Decides about a change of who may do what, and writes it if it is allowed.
    ///
    /// - Throws: `DatabaseError`; then the transaction must be rolled back.
    mutating func apply(_ action: AccessAction, as id: EntryID) throws -> Result<EntryID, ChatError> {
        let found = try action.room.flatMap { try findRoom($0) }
        var room = found.flatMap { $0.exists ? $0 : nil }
        var message: Message?
        if case .deleteMessage(_, let id) = action.work, let room {
            message = try statements.message(id, inRoom: room.id)
        }
        let decision: AccessState.Decision
        do throws(ChatError) {
            decision = try book.state.decide(action, at: id, roomExists: room != nil, message: message)
        } catch {
            return .failure(error)
        }
        if let settings = decision.settings {
            room = try write(settings, action, as: id, to: try found ?? makeRoom(settings.name, at: id))
        } else if decision.deletesRoom, let stored = room, let name = action.room {
            try delete(stored, named: name, action, as: id)
            // Nobody could ask any more what was done in it: who has deleted it is the server's to tell.
            room = nil
        } else if let message, let stored = room, decision.deletes != nil {
            room = try delete(message, action, as: id, from: stored)
        } else {
            try PreparedStatement(AccessTables.removePredecessors, in: db).run()
            // What it says is in the records that it has changed.
            try LogEntry(
                id: id, subject: 0, kind: Entry.accessKind, version: Entry.accessVersion, json: Self.placeJSON(id)
            ).insert(in: db)
        }
        if decision.isAudited {
            try AccessTables.note(
                action.auditJSON(as: id, in: book.state), as: id, roomID: room?.id ?? 0, in: db)
        }
        try AccessTables.write(decision.changes, in: db)
        book.make(decision.changes)
        access += decision.changes
        takesAway = takesAway || decision.takesAway
        return .success(id)
    }

    private static func placeJSON(_ id: EntryID) -> [UInt8] {
        var json = JSONObject()
        json.set("id", id.rawValue)
        return json.bytes()
    }

    /// Debian's SQLite overwrites what it frees (SECURE_DELETE), so the text leaves the file with this.
    private mutating func delete(
        _ message: Message, _ action: AccessAction, as id: EntryID, from room: StoredRoom
    ) throws -> StoredRoom {
        let rest = message.deleted(at: action.at)
        let rewrite = try PreparedStatement(AccessTables.rewrite, in: db)
        try rewrite.bind(rest.json, at: 1)
        try rewrite.bind(message.id.rawValue, at: 2)
        try rewrite.run()
        let event = RoomEvent(
            id: id, room: message.room, kind: .delete,
            json: action.eventJSON(deleting: message.id, in: message.room, as: id, prev: room.last, book.state))
        try statements.insert(event, roomID: room.id, prev: room.last, version: Entry.accessVersion)
        let changed = StoredRoom(id: room.id, last: id)
        changedRooms[message.room] = changed
        events.append(event)
        // One that was sent in this same batch is not shown as it was.
        let shown = RoomEvent(
            id: message.id, room: message.room, kind: .message, json: rest.json, replyTo: message.replyTo)
        if let index = events.firstIndex(where: { $0.id == message.id }) {
            events[index] = shown
        } else {
            rewritten.append(shown)
        }
        return changed
    }

    /// See `RoomRemoval`. The event that tells of it is the first under the number of whichever room has the name next.
    private mutating func delete(
        _ room: StoredRoom, named name: RoomName, _ action: AccessAction, as id: EntryID
    ) throws {
        let event = RoomEvent(
            id: id, room: name, kind: .deletion,
            json: action.eventJSON(deletingRoom: name, as: id, prev: room.last, in: book.state))
        try RoomRemoval.begin(room.id, named: name, as: id, in: db)
        try statements.insert(event, roomID: id.rawValue, prev: room.last, version: Entry.accessVersion)
        changedRooms[name] = StoredRoom(id: id.rawValue, last: .zero)
        // What was said there in this same batch is not shown any more.
        events.removeAll { $0.room == name }
        rewritten.removeAll { $0.room == name }
        events.append(event)
    }

    private mutating func write(
        _ settings: RoomSettings, _ action: AccessAction, as id: EntryID, to room: StoredRoom
    ) throws -> StoredRoom {
        let event = RoomEvent(
            id: id, room: settings.name, kind: .room,
            json: action.eventJSON(of: settings, as: id, prev: room.last, in: book.state))
        try statements.insert(event, roomID: room.id, prev: room.last, version: Entry.accessVersion)
        let changed = StoredRoom(id: room.id, last: id)
        changedRooms[settings.name] = changed
        events.append(event)
        return changed
    }
}
