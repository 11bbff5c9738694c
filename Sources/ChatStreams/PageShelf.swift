internal import Chat

/// The pages of one loop's streams that are catching up: a bounded number, shared by streams that are at the same place.
///
/// A stream that stalls in the middle of a page cannot keep it: when there are too many, the oldest are taken away.
final class PageShelf {
    struct Key: Hashable, Sendable {
        let rooms: [RoomName]
        let after: EntryID
    }

    /// Pages of `PageReader.pageSize`: 8 MiB.
    static let limit = 128
    /// Seconds after which a page is dropped: long enough for all who resume together, and for one who reads on.
    static let lifetime = 5

    private let reader: PageReader
    private let post: @Sendable (@escaping @Sendable () -> Void) -> Void
    /// Oldest first.
    private var shelf: [(page: Page, second: Int)] = []
    private var second = 0
    private var asked: [Key: [Subscriber]] = [:]
    /// Pages that were asked of the log.
    private(set) var readCount = 0

    init(reader: PageReader, post: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
        self.reader = reader
        self.post = post
    }

    /// Gives a page that is there already, or has it read; then the subscriber's `receive` is called.
    func page(_ key: Key, through: EntryID, for subscriber: Subscriber) -> Page? {
        if let page = shelf.last(where: { $0.page.key == key })?.page, !page.isEvicted,
            page.completeThrough >= through || !page.frames.isEmpty
        {
            return page
        }
        if asked[key] != nil {
            asked[key]!.append(subscriber)
            return nil
        }
        asked[key] = [subscriber]
        readCount += 1
        let shelf = LoopConfined(self)
        reader.read(key.rooms, after: key.after, through: through) { [post] outcome in
            post { shelf.value.arrived(key, outcome) }
        }
        return nil
    }

    private func arrived(_ key: Key, _ outcome: PageReader.Outcome) {
        let waiting = asked.removeValue(forKey: key) ?? []
        let received: Result<Page, ArchiveError> = outcome.map { content in
            Page(key: key, content, reader.rewrites)
        }
        if case .success(let page) = received {
            shelf.append((page, second))
            if shelf.count > Self.limit { shelf.removeFirst().page.evict() }
        }
        for subscriber in waiting { subscriber.receive(received) }
    }

    /// To be called once a second.
    func expire() {
        second += 1
        while let oldest = shelf.first, oldest.second + Self.lifetime < second { shelf.removeFirst().page.evict() }
    }
}
