public import Chat

/// Reads pages of events for streams that are behind their tails.
public final class PageReader: Sendable {
    /// JSON bytes in one page.
    static let pageSize = 64 * 1024

    private let archive: any Archive
    let epoch: Epoch
    private let queue: ReadQueue
    let rewrites: Rewrites

    /// - Parameter rewrites: the Hub's.
    public init(archive: any Archive, epoch: Epoch, queue: ReadQueue, rewrites: Rewrites = Rewrites()) {
        self.rewrites = rewrites
        self.archive = archive
        self.epoch = epoch
        self.queue = queue
    }

    /// What is read, as frames.
    struct Content: Sendable {
        let frames: [Frame]
        let completeThrough: EntryID
        let expired: [RoomName: RemovedEvents]
        /// Of `rewrites`, from before it was read.
        let rewriteCount: UInt64
    }

    typealias Outcome = Result<Content, ArchiveError>

    /// - Parameter completion: on a thread of the read queue.
    func read(
        _ rooms: [RoomName], after: EntryID, through: EntryID, completion: @escaping @Sendable (Outcome) -> Void
    ) {
        queue.async { [archive, epoch, rewrites] in
            do throws(ArchiveError) {
                let rewriteCount = rewrites.count
                let page = try archive.page(of: rooms, after: after, through: through, byteLimit: Self.pageSize)
                completion(
                    .success(
                        Content(
                            frames: page.events.map { Frame($0, epoch: epoch) },
                            completeThrough: page.completeThrough, expired: page.expired,
                            rewriteCount: rewriteCount)))
            } catch {
                completion(.failure(error))
            }
        }
    }
}
