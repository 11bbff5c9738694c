internal import Chat

/// A page in memory: a run of frames that is complete up to an id. It belongs to its loop's thread.
final class Page {
    let key: PageShelf.Key
    private(set) var frames: [Frame]
    let completeThrough: EntryID
    private(set) var isEvicted = false

    /// Rooms that have lost events after the key's position.
    let expired: [RoomName: RemovedEvents]

    init(key: PageShelf.Key, _ content: PageReader.Content) {
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
        isEvicted = true
    }
}
