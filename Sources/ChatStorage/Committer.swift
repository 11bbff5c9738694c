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
    private let logger: Logger
    private var failuresInARow = 0

    init(
        database: LogDatabase, waiting: WaitingPosts, observer: any CommitObserver, checkpointer: Checkpointer,
        logger: Logger
    ) {
        pool = database.pool
        writer = LogWriter(epoch: database.identity.epoch, head: database.head)
        self.waiting = waiting
        self.observer = observer
        self.checkpointer = checkpointer
        self.logger = logger
    }

    /// Works until waiting posts are closed off and empty.
    func run() {
        while true {
            let proposals = waiting.take()
            if proposals.isEmpty { return }
            commit(proposals)
        }
    }

    private func commit(_ proposals: [Proposal]) {
        checkpointer.batchBegins()
        let (result, writtenPages) = pool.writeWithoutTransaction { db in
            let result = Result { () throws(LogFailure) in try writer.write(proposals, in: db) }
            return (result, db.takeWrittenPageCount())
        }
        switch result {
        case .success(let batch):
            checkpointer.batchCommitted(pages: writtenPages)
            noteSuccess()
            observer.committed(batch)
        case .failure(let failure):
            note(failure, posts: proposals.count)
            for proposal in proposals { proposal.completion(.failure(.failed(failure))) }
        }
    }

    /// A disk that is full fails thousands of batches: the first is told, and the end of it.
    private func note(_ failure: LogFailure, posts: Int) {
        failuresInARow += 1
        if failuresInARow == 1 {
            logger.error("Posts cannot be stored", metadata: ["reason": "\(failure)", "posts": "\(posts)"])
        }
    }

    private func noteSuccess() {
        if failuresInARow > 0 {
            logger.notice("Posts are stored again", metadata: ["failed_batches": "\(failuresInARow)"])
            failuresInARow = 0
        }
    }
}
