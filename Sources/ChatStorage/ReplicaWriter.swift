internal import Chat
internal import GRDB

/// Applies entries that come with their places to a node's file, many in one transaction.
///
/// Belongs to the applying thread.
final class ReplicaWriter {
    private let rooms = RoomCache()
    private let book: AccessBook
    private(set) var applied: ReplicaFile.Applied
    /// A transaction has failed: what is in the file has to be looked at before the next.
    private var mustReadApplied = false

    init(applied: ReplicaFile.Applied, access: AccessState) {
        self.applied = applied
        book = AccessBook(access)
    }

    /// - Parameter entries: in the order of the log. Those that were applied before are passed over.
    /// - Throws: nothing was applied then, and the same can be tried again.
    func apply(_ entries: [Replica.Incoming], in db: Database) throws(LogFailure) -> Replica.Batch {
        do {
            if mustReadApplied {
                applied = try ReplicaFile.applied(in: db)
                try book.readAgain(from: db)
                mustReadApplied = false
            }
            // Compiled once; looked up for each batch, so that none is held when the file is closed and another takes its place.
            let statements = try CommitStatements(db)
            try statements.begin.run()
            var batch = Replica.Batch(head: applied.id)
            var transaction = BatchTransaction(db, statements, known: rooms, book: book)
            for incoming in entries where incoming.id > batch.head {
                try apply(incoming, transaction: &transaction, batch: &batch, in: db)
            }
            batch.events = transaction.events
            batch.posts = transaction.posts
            batch.rewritten = transaction.rewritten
            batch.access = transaction.access
            batch.takesAway = transaction.takesAway
            guard let last = entries.last(where: { $0.id == batch.head }) else {
                try PreparedStatement("ROLLBACK", in: db).run()
                return batch
            }
            let now = ReplicaFile.Applied(id: last.id, proposal: last.proposal)
            try note(now, in: db)
            try statements.commit.run()
            applied = now
            book.committed()
            for (name, room) in transaction.changedRooms { rooms.store(room, as: name) }
            return batch
        } catch {
            if db.isInsideTransaction { try? PreparedStatement("ROLLBACK", in: db).run() }
            mustReadApplied = true
            rooms.removeAll()
            throw .unavailable(reason: storageReason(of: error))
        }
    }

    private func apply(
        _ incoming: Replica.Incoming, transaction: inout BatchTransaction, batch: inout Replica.Batch, in db: Database
    ) throws {
        switch incoming.entry.content {
        case .post(let post):
            batch.outcomes.append((incoming.proposal, try transaction.apply(post, as: incoming.id)))
        case .access(let action):
            batch.accessOutcomes.append((incoming.proposal, try transaction.apply(action, as: incoming.id)))
        case .expire(let expiry):
            batch.removed += try expiry.apply(as: incoming.id, in: db)
        case .forgetKeys(let sweep):
            try sweep.apply(as: incoming.id, in: db)
        }
        batch.head = incoming.id
    }

    static let note = "UPDATE meta SET value = ? WHERE key = ?"

    private func note(_ applied: ReplicaFile.Applied, in db: Database) throws {
        let statement = try PreparedStatement(Self.note, in: db)
        try statement.bind(applied.id.rawValue, at: 1)
        try statement.bind("applied", at: 2)
        try statement.run()
        try statement.bind(applied.proposal, at: 1)
        try statement.bind("applied_proposal", at: 2)
        try statement.run()
    }
}
