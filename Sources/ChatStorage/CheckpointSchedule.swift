/// When the next checkpoint may begin: a count of batches and pages, without clock, thread or file.
///
/// It keeps the rule that protects from the WAL-reset bug, for which see `Checkpointer`.
struct CheckpointSchedule {
    private var batchesBegun = 0
    /// The latest batch that was committed with pages, in the count of `batchesBegun`.
    private var lastWritingBatch = 0
    private(set) var pagesWritten = 0
    private var dueAtPages: Int
    /// The batches begun when the last checkpoint ended: any of them may have begun before that.
    private var dueAfterBatch = 0

    /// - Parameter startPages: written before the first checkpoint.
    init(startPages: Int) {
        dueAtPages = startPages
    }

    /// A later checkpoint begins only once a batch that began after the end of the last one has been committed with
    /// pages.
    var isDue: Bool { pagesWritten >= dueAtPages && lastWritingBatch > dueAfterBatch }

    mutating func batchBegins() {
        batchesBegun += 1
    }

    mutating func batchCommitted(pages: Int) {
        guard pages > 0 else { return }
        lastWritingBatch = batchesBegun
        pagesWritten += pages
    }

    /// - Parameter pages: to be written before the next one.
    mutating func checkpointEnded(nextAfter pages: Int) {
        dueAfterBatch = batchesBegun
        dueAtPages = pagesWritten + pages
    }
}
