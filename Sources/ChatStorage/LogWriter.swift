internal import Chat
internal import GRDB

/// Writes posts to the file in transactions, and knows at any time what is in it for certain.
///
/// The head and the rooms it remembers move only after COMMIT. Belongs to the committing thread.
final class LogWriter {
    private let epoch: Epoch
    private let rooms = RoomCache()
    private var head: EntryID
    /// A transaction has failed, and the file could not be read since.
    private var mustReadHead = false

    init(epoch: Epoch, head: EntryID) {
        self.epoch = epoch
        self.head = head
    }

    /// One transaction, one sync. If it fails, what is in the file is found out before anybody is told.
    ///
    /// - Parameter db: the writer's connection, with no transaction open.
    /// - Throws: what to answer to all of `proposals`.
    func write(_ proposals: [Proposal], in db: Database) throws(LogFailure) -> CommittedBatch {
        if mustReadHead {
            do { try readHead(in: db) } catch { throw .unavailable(reason: storageReason(of: error)) }
        }
        var answers: [@Sendable () -> Void] = []
        answers.reserveCapacity(proposals.count)
        let transaction: BatchTransaction
        do {
            transaction = try apply(proposals, answers: &answers, in: db)
        } catch {
            // There was no COMMIT, so nothing is in the file that a crash could bring back.
            forget(rollingBack: db)
            throw .unavailable(reason: storageReason(of: error))
        }
        do {
            try PreparedStatement("COMMIT", in: db).run()
        } catch {
            forget(rollingBack: db)
            try settle(error, end: transaction.head, in: db)
        }
        head = transaction.head
        for (name, room) in transaction.changedRooms { rooms.store(room, as: name) }
        return CommittedBatch(events: transaction.events, head: head, answers: answers)
    }

    private func apply(
        _ proposals: [Proposal], answers: inout [@Sendable () -> Void], in db: Database
    ) throws -> BatchTransaction {
        // > IMMEDIATE causes the database connection to start a new write immediately, without waiting for a write
        // > statement. (https://sqlite.org/lang_transaction.html)
        //
        // So if another program holds the file, that shows here and not half-way.
        try PreparedStatement("BEGIN IMMEDIATE", in: db).run()
        var transaction = try BatchTransaction(db, head: head, known: rooms)
        for proposal in proposals {
            let result = try transaction.apply(proposal.post).mapError(AppendError.rejected)
            let completion = proposal.completion
            answers.append { completion(result) }
        }
        return transaction
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
        mustReadHead = false
    }
}
