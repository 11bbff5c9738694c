internal import Chat
internal import GRDB
internal import Logging

/// Takes waiting posts and makes them durable, as many as wait to a transaction: one sync for all of them, and
/// no delay for one that comes alone. Then has them shown and answered, in the order of the log.
///
/// Everything here runs on one thread of its own.
final class Committer {
    private let pool: DatabasePool
    private let writer: LogWriter
    private let waiting: WaitingPosts
    private let observer: any CommitObserver
    private let checkpointer: Checkpointer
    private let record: CommitRecord
    private let roomDeleted: () -> Void
    private let logger: Logger
    private var failuresInARow = 0

    /// - Parameter roomDeleted: is told when something of a deleted room is left to be removed.
    init(
        database: LogDatabase, waiting: WaitingPosts, observer: any CommitObserver, checkpointer: Checkpointer,
        record: CommitRecord, roomDeleted: @escaping () -> Void, logger: Logger
    ) {
        pool = database.pool
        writer = LogWriter(epoch: database.identity.epoch, head: database.head, access: database.access)
        self.waiting = waiting
        self.observer = observer
        self.checkpointer = checkpointer
        self.record = record
        self.roomDeleted = roomDeleted
        self.logger = logger
    }

    /// Works until waiting posts are closed off and empty.
    func run() {
        while true {
            let work = waiting.take()
            if work.isEmpty { return }
            if !work.proposals.isEmpty { commit(work.proposals) }
            if let chore = work.chore { perform(chore) }
        }
    }

    private func commit(_ proposals: [Proposal]) {
        let start = ContinuousClock.now
        let (result, writtenPages) = checkpointer.whileCounting(in: pool) { db throws(LogFailure) in
            try writer.write(proposals, in: db)
        }
        switch result {
        case .success(let (batch, posts)):
            record.committed(posts, since: start, pages: writtenPages)
            noteSuccess()
            observer.committed(batch, isFollowed: isFollowed)
            if batch.deletesRoom { roomDeleted() }
        case .failure(let failure):
            record.failed(posts: proposals.count)
            note(failure, posts: proposals.count)
            for proposal in proposals { proposal.fail(failure) }
        }
    }

    /// Posts wait for this thread.
    private var isFollowed: Bool { waiting.census.posts > 0 }

    private func perform(_ chore: Chore) {
        let before = writer.head
        let (result, writtenPages) = checkpointer.whileCounting(in: pool) { db throws(LogFailure) -> Int in
            switch chore.work {
            case .probe: try writer.probe(in: db)
            case .expire(let expiry): return try writer.write(expiry, in: db)
            case .forgetKeys(let sweep): try writer.write(sweep, in: db)
            }
            return 0
        }
        switch result {
        case .success(let removed):
            record.choreDone(removing: removed, pages: writtenPages)
            noteSuccess()
            if writer.head > before {
                observer.committed(CommittedBatch(events: [], head: writer.head, answers: []), isFollowed: isFollowed)
            }
        case .failure(let failure):
            record.choreFailed()
            note(failure, posts: 0)
        }
        chore.completion(result.map { _ in })
    }

    /// A disk that is full fails thousands of transactions: the first is told, and the end of it.
    private func note(_ failure: LogFailure, posts: Int) {
        failuresInARow += 1
        if failuresInARow == 1 {
            logger.error("The log cannot be written", metadata: ["reason": "\(failure)", "posts": "\(posts)"])
        }
    }

    private func noteSuccess() {
        if failuresInARow > 0 {
            logger.notice("The log is written again", metadata: ["failures": "\(failuresInARow)"])
            failuresInARow = 0
        }
    }
}
