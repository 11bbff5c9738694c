internal import Chat

/// A page in memory: a run of frames that is complete up to an id. It belongs to its loop's thread.
final class Page {
    let key: PageShelf.Key
    private(set) var frames: [Frame]
    let completeThrough: EntryID
    private(set) var isEvicted = false

    init(key: PageShelf.Key, frames: [Frame], completeThrough: EntryID) {
        self.key = key
        self.frames = frames
        self.completeThrough = completeThrough
    }

    /// Frees the frames, whoever still means to read them; they ask for a page again.
    func evict() {
        frames = []
        isEvicted = true
    }
}
