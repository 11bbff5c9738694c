internal import Chat
internal import GRDB

/// Writes to the file in transactions, and knows at any time what is in it for certain.
///
/// The head and the rooms it remembers move only after COMMIT. Belongs to the committing thread.
final class LogWriter {
    private let epoch: Epoch
    private let rooms = RoomCache()
    private let book: AccessBook
    private var statements: CommitStatements?
    private(set) var head: EntryID
    /// A transaction has failed, and the file could not be read since.
    private var mustReadHead = false

    init(epoch: Epoch, head: EntryID, access: AccessState) {
        self.epoch = epoch
        self.head = head
        book = AccessBook(access)
    }

    /// Writes posts, with one sync.
    ///
    /// - Parameter db: the writer's connection, with no transaction open; so for all methods here.
    /// - Throws: what to answer to all of `proposals`.
    func write(
        _ proposals: [Proposal], in db: Database
    ) throws(LogFailure) -> (batch: CommittedBatch, posts: PostCounts) {
        var answers: [@Sendable () -> Void] = []
        answers.reserveCapacity(proposals.count)
        let batch = try transaction(in: db) {
            var batch = BatchTransaction(db, try prepared(in: db), known: rooms, book: book)
            var end = head
            for proposal in proposals {
                switch proposal.work {
                case .post(let post, let completion):
                    let result = try batch.apply(post, as: end.next).mapError(AppendError.rejected)
                    if case .success(let appended) = result, !appended.isRepeat { end = appended.id }
                    answers.append { completion(result) }
                case .access(let action, let completion):
                    let result = try batch.apply(action, as: end.next).mapError(AppendError.rejected)
                    if case .success(let id) = result { end = id }
                    answers.append { completion(result) }
                }
            }
            return (batch, end)
        }
        for (name, room) in batch.changedRooms { rooms.store(room, as: name) }
        let committed = CommittedBatch(
            events: batch.events, rewritten: batch.rewritten, head: head, access: batch.access,
            takesAway: batch.takesAway, answers: answers)
        return (committed, batch.posts)
    }

    /// Looked up once, and not for each transaction, which hashed the text of each statement (4 % of a lone post's instructions,
    /// callgrind).
    private func prepared(in db: Database) throws -> CommitStatements {
        if let statements { return statements }
        let new = try CommitStatements(db)
        statements = new
        return new
    }

    /// - Returns: the number of events removed. When it is zero, there was nothing to remove, and the head is as before.
    func write(_ expiry: Expiry, in db: Database) throws(LogFailure) -> Int {
        try transaction(in: db) {
            let removed = try expiry.apply(as: head.next, in: db)
            return (removed, removed > 0 ? head.next : head)
        }
    }

    func write(_ sweep: KeySweep, in db: Database) throws(LogFailure) {
        try transaction(in: db) {
            try sweep.apply(as: head.next, in: db)
            return ((), head.next)
        }
    }

    /// Writes and syncs something that says nothing, and reads it back.
    func probe(in db: Database) throws(LogFailure) {
        try transaction(in: db) {
            try PreparedStatement(Self.countProbe, in: db).run()
            return ((), head)
        }
        do {
            guard try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'probe'") != nil else {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "what was written is not there")
            }
        } catch {
            throw .unavailable(reason: storageReason(of: error))
        }
    }

    static let countProbe = """
        INSERT INTO meta (key, value) VALUES ('probe', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1
        """

    /// One transaction, one sync. If it fails, what is in the file is found out before anybody is told.
    ///
    /// - Parameter body: returns what came of it, and the last entry of the log after it.
    private func transaction<Outcome>(
        in db: Database, _ body: () throws -> (Outcome, end: EntryID)
    ) throws(LogFailure) -> Outcome {
        if mustReadHead {
            do { try readHead(in: db) } catch { throw .unavailable(reason: storageReason(of: error)) }
        }
        let outcome: Outcome
        let end: EntryID
        do {
            try prepared(in: db).begin.run()
            (outcome, end) = try body()
        } catch {
            // There was no COMMIT, so nothing is in the file that a crash could bring back.
            forget(rollingBack: db)
            throw .unavailable(reason: storageReason(of: error))
        }
        do {
            try prepared(in: db).commit.run()
        } catch {
            forget(rollingBack: db)
            try settle(error, end: end, in: db)
        }
        head = end
        book.committed()
        return outcome
    }

    // MARK: After a failure

    /// Finds out what became of a transaction whose COMMIT reported an error.
    ///
    /// SQLite writes the pages to the log file, the last with the mark that makes them a transaction, and then syncs.
    /// When a write failed, the mark is not there whole. When the sync failed, it may be: this process no longer
    /// sees the transaction, but after a loss of power it could come back. Another transaction ends that doubt,
    /// since it overwrites the same place of the log file, and its sync tells that it did.
    ///
    /// - Parameter end: the last entry of the transaction.
    /// - Throws: what to answer; returns if the transaction is in the file after all.
    private func settle(_ error: any Error, end: EntryID, in db: Database) throws(LogFailure) {
        let reason = storageReason(of: error)
        let before = head
        if !isFailedWrite(error) {
            do {
                try PreparedStatement(Self.countFailedCommit, in: db).run()
            } catch {
                forget(rollingBack: db)
                throw .outcomeUnknown(reason: reason)
            }
        }
        do { try readHead(in: db) } catch { throw .outcomeUnknown(reason: reason) }
        guard head == end && end > before else { throw .unavailable(reason: reason) }
    }

    static let countFailedCommit = """
        INSERT INTO meta (key, value) VALUES ('failed_commits', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1
        """

    private func isFailedWrite(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return error.resultCode == .SQLITE_FULL || error.extendedResultCode == .SQLITE_IOERR_WRITE
    }

    private func forget(rollingBack db: Database) {
        // > SQLITE_FULL, SQLITE_IOERR, […] If the transaction has already been rolled back automatically […] then the
        // > ROLLBACK command will fail with an error, but no harm is caused by this.
        // (https://sqlite.org/lang_transaction.html §3.1)
        if db.isInsideTransaction { try? PreparedStatement("ROLLBACK", in: db).run() }
        mustReadHead = true
        rooms.removeAll()
    }

    private func readHead(in db: Database) throws {
        guard try LogIdentity.read(from: db)?.epoch == epoch else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "another log has taken this one's place")
        }
        head = EntryID(rawValue: try Int64.fetchOne(db, sql: "SELECT max(id) FROM entries") ?? 0)
        try book.readAgain(from: db)
        mustReadHead = false
    }
}
