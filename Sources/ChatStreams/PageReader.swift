public import Chat

/// Reads pages of events for streams that are behind their tails.
public final class PageReader: Sendable {
    /// JSON bytes in one page.
    static let pageSize = 64 * 1024

    private let archive: any Archive
    private let epoch: Epoch
    private let queue: ReadQueue

    public init(archive: any Archive, epoch: Epoch, queue: ReadQueue) {
        self.archive = archive
        self.epoch = epoch
        self.queue = queue
    }

    typealias Outcome = Result<(frames: [Frame], completeThrough: EntryID), ArchiveError>

    /// - Parameter completion: on a thread of the read queue.
    func read(
        _ rooms: [RoomName], after: EntryID, through: EntryID, completion: @escaping @Sendable (Outcome) -> Void
    ) {
        queue.async { [archive, epoch] in
            do throws(ArchiveError) {
                let page = try archive.page(of: rooms, after: after, through: through, byteLimit: Self.pageSize)
                completion(.success((page.events.map { Frame($0, epoch: epoch) }, page.completeThrough)))
            } catch {
                completion(.failure(error))
            }
        }
    }
}
