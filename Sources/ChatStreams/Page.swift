internal import Chat

/// A page in memory: a run of frames that is complete up to an id. It belongs to its loop's thread.
final class Page {
    let key: PageShelf.Key
    private(set) var frames: [Frame]
    let completeThrough: EntryID
    private var isTakenAway = false
    private let rewriteCount: UInt64
    private let rewrites: Rewrites

    /// Its frames are not to be sent: they are gone, or one of them may show what is. The stream asks for a page again.
    var isEvicted: Bool { isTakenAway || rewriteCount != rewrites.count }

    /// Rooms that have lost events after the key's position.
    let expired: [RoomName: RemovedEvents]

    init(key: PageShelf.Key, _ content: PageReader.Content, _ rewrites: Rewrites) {
        self.rewrites = rewrites
        rewriteCount = content.rewriteCount
        self.key = key
        frames = content.frames
        completeThrough = content.completeThrough
        expired = content.expired
    }

    /// The position before its first event.
    var start: EntryID {
        frames.first.map { EntryID(rawValue: $0.id.rawValue - 1) } ?? completeThrough
    }

    /// Frees the frames, whoever still means to read them; they ask for a page again.
    func evict() {
        frames = []
        isTakenAway = true
    }
}
