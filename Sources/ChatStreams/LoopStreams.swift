public import Chat

/// The streams of one loop, and what the Hub has handed it: copies of the tails of the rooms that are listened to here.
///
/// Everything but `post` and `index` belongs to the loop's thread, so delivering takes no lock.
public final class LoopStreams: @unchecked Sendable {
    // Unchecked: mutable state is confined to the loop's thread, as said above.
    let index: Int
    let epoch: Epoch
    let post: @Sendable (@escaping @Sendable () -> Void) -> Void
    /// The newest head that this loop was told. Tails here are complete up to it.
    private(set) var head: EntryID
    private let pages: PageShelf
    let turns: CatchUpTurns
    private var groups: [ContiguousArray<Subscriber>]
    private var tick = 0
    /// What was sent here; the loop's.
    var counts = StreamCounts()
    private var isSayingGoodbye: GoodbyeReason?

    /// How often `heartbeatTick` is to be called, so that each group's turn comes once a second.
    public let tickMilliseconds: Int64

    /// - Parameters:
    ///   - groups: how many sets of streams take turns in getting their heartbeats, at most 1000.
    ///   - post: does work on the loop's thread, in the order of posting; called from any thread.
    public init(
        index: Int, head: EntryID, groups: Int = 32, pages: PageReader,
        post: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
    ) {
        precondition((1...1000).contains(groups))
        self.index = index
        epoch = pages.epoch
        self.head = head
        self.post = post
        self.groups = Array(repeating: [], count: groups)
        self.pages = PageShelf(reader: pages, post: post)
        turns = CatchUpTurns(post: post)
        tickMilliseconds = Int64(1000 / groups)
    }

    var subscriberCount: Int { groups.reduce(0) { $0 + $1.count } }

    func apply(_ update: TailUpdate) {
        for change in update.rooms {
            for frame in change.frames { change.room.tail.append(frame) }
            for frame in change.rewritten { _ = change.room.tail.replace(frame) }
            if let id = change.trimmedThrough { change.room.tail.trim(through: id) }
            for frame in change.live { change.room.live.append(frame) }
        }
        head = max(head, update.head)
        // Only now: a stream of several rooms must find all of the batch, or its one cursor would pass what it missed.
        for change in update.rooms where !change.frames.isEmpty || !change.live.isEmpty {
            for subscriber in change.subscribers { subscriber.hearNews() }
        }
    }

    func page(_ key: PageShelf.Key, through: EntryID, for subscriber: Subscriber) -> Page? {
        let page = pages.page(key, through: through, for: subscriber)
        if page != nil { counts.pagesShared += 1 }
        return page
    }

    /// Tells what was sent here. Any thread; `completion` is called on the loop.
    public func tellCounts(_ completion: @escaping @Sendable (StreamCounts) -> Void) {
        post { [self] in
            counts.pagesRead = pages.readCount
            completion(counts)
        }
    }

    // MARK: Heartbeats

    func add(_ subscriber: Subscriber) {
        let group = Int(subscriber.group) % groups.count
        subscriber.place = Int32(groups[group].count)
        groups[group].append(subscriber)
        if let reason = isSayingGoodbye { subscriber.say(goodbye: reason) }
    }

    func remove(_ subscriber: Subscriber) {
        guard let place = subscriber.place else { return }
        subscriber.place = nil
        let group = Int(subscriber.group) % groups.count
        let last = groups[group].removeLast()
        if last !== subscriber {
            groups[group][Int(place)] = last
            last.place = place
        }
    }

    /// One group's turn. All streams of a group with the same interval beat in the same second, and the groups' seconds
    /// are spread over the interval: so most ticks wake nobody, and a tick that does wakes those of few daemons.
    public func heartbeatTick() {
        let second = tick / groups.count
        let group = tick % groups.count
        tick += 1
        if group == 0 { pages.expire() }
        turns.advance()
        for subscriber in groups[group] {
            let interval = Int(subscriber.heartbeatSeconds)
            if subscriber.canExpire && !subscriber.access.isValid { subscriber.accessEnded() }
            if (second + group * interval / groups.count).isMultiple(of: interval) { subscriber.beat() }
        }
    }

    /// All streams here end, and those that open after.
    public func sayGoodbye(_ reason: GoodbyeReason) {
        isSayingGoodbye = reason
        for group in groups {
            for subscriber in group { subscriber.say(goodbye: reason) }
        }
    }
}
