internal import Chat
internal import GRDB

/// The posts of one transaction, applied one after the other. What it gathers is true only once the transaction has
/// been committed.
///
/// Whether a post is taken is decided by reading, before the first write for it: a refusal leaves nothing behind, so
/// posts need no savepoint of their own. A write that fails all the same (disk, damage, a bug) fails the batch, which
/// is rolled back whole: going on after it would be building on a file that is known to be bad.
struct BatchTransaction {
    private let statements: CommitStatements
    private let known: RoomCache
    /// Rooms that posts of this batch were written to.
    private(set) var changedRooms: [RoomName: StoredRoom] = [:]
    private(set) var events: [RoomEvent] = []
    private(set) var rejected = 0

    init(_ db: Database, known: RoomCache) throws {
        statements = try CommitStatements(db)
        self.known = known
    }

    /// Decides about one post, and writes it if it is taken.
    ///
    /// - Parameter id: its place in the log, behind all that were applied before.
    /// - Throws: `DatabaseError`; then the transaction must be rolled back.
    mutating func apply(_ post: Post, as id: EntryID) throws -> Result<Appended, ChatError> {
        let result = try decide(post, as: id)
        if case .failure = result { rejected += 1 }
        return result
    }

    private mutating func decide(_ post: Post, as id: EntryID) throws -> Result<Appended, ChatError> {
        guard let room = try findRoom(post.room) else {
            guard post.mayMakeRoom else { return .failure(.roomNotFound(post.room)) }
            // No message can be in a room that does not exist.
            if let target = post.replyTo { return .failure(.replyTargetNotFound(target)) }
            return .success(try write(post, as: id, to: try makeRoom(post.room, at: id)))
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
        try statements.insertMessage(
            id: message.id, roomID: room.id, prev: room.last, replyTo: message.replyTo, json: json)
        if let key = post.key {
            try statements.insert(key, of: message.id, sender: post.sender, roomID: room.id)
        }
        changedRooms[post.room] = StoredRoom(id: room.id, last: message.id)
        events.append(RoomEvent(id: message.id, room: post.room, kind: .message, json: json, replyTo: message.replyTo))
        return Appended(id: message.id, json: json, isRepeat: false)
    }
}
