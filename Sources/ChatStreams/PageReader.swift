public import Chat

/// Reads pages of events for streams that are behind their tails.
public final class PageReader: Sendable {
    /// JSON bytes in one page.
    static let pageSize = 64 * 1024

    private let archive: any Archive
    let epoch: Epoch
    private let queue: ReadQueue

    public init(archive: any Archive, epoch: Epoch, queue: ReadQueue) {
        self.archive = archive
        self.epoch = epoch
        self.queue = queue
    }

    /// What is read, as frames.
    struct Content: Sendable {
        let frames: [Frame]
        let completeThrough: EntryID
        let expired: [RoomName: RemovedEvents]
    }

    typealias Outcome = Result<Content, ArchiveError>

    /// - Parameter completion: on a thread of the read queue.
    func read(
        _ rooms: [RoomName], after: EntryID, through: EntryID, completion: @escaping @Sendable (Outcome) -> Void
    ) {
        queue.async { [archive, epoch] in
            do throws(ArchiveError) {
                let page = try archive.page(of: rooms, after: after, through: through, byteLimit: Self.pageSize)
                completion(
                    .success(
                        Content(
                            frames: page.events.map { Frame($0, epoch: epoch) },
                            completeThrough: page.completeThrough, expired: page.expired)))
            } catch {
                completion(.failure(error))
            }
        }
    }
}
