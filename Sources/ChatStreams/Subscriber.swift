internal import Chat

/// One open stream: a cursor over its rooms' tails, and over pages of the log where it is behind them.
///
/// It holds no events of its own, so a slow reader costs nothing and delays nobody. Made on the Hub's queue, then confined
/// to its loop's thread; others only name it.
public final class Subscriber: @unchecked Sendable {
    // Unchecked: confined to its loop's thread, as said above; the Hub compares it by identity.

    public let loop: LoopStreams
    let rooms: [RoomName]
    private let format: StreamFormat
    let heartbeatSeconds: UInt8
    /// Which streams of the loop it takes its turn with.
    let group: UInt16
    /// Where the loop keeps it in its group.
    var place: Int32?

    /// Where this stream stands in each room's tail: the room, and the number of the next frame to look at.
    private var feeds: [(room: RoomMirror, next: Int)]
    /// Every event of the rooms up to this id has been copied out.
    private var position: EntryID
    /// The head when the stream began: up to here it replays.
    private let replayThrough: EntryID
    private var replayed = 0
    private var isCaughtUp = false
    /// `feeds` stand behind `position` and can be read from.
    private var isInTails = false

    /// What is being copied out, and how far. A frame or a control event is finished before another begins.
    private var current: [UInt8] = []
    private var offset = 0

    /// Makes what the stream begins with; on the loop, since the Hub writes no JSON.
    private var prelude: (() -> [UInt8])?

    private var page: Page?
    private var nextInPage: Int32 = 0
    private var isAwaitingPage = false
    private var hasFailed = false

    private var isHeartbeatDue = false
    private var goodbye: GoodbyeReason?
    private var isOver = false

    /// Set while the stream is open.
    private var sleeper: (any StreamSleeper)?

    init(
        _ opening: StreamOpening, rooms: [RoomMirror], position: Cursor, replayThrough: EntryID
    ) {
        loop = opening.loop
        self.rooms = opening.rooms
        format = opening.format
        group = UInt16(opening.group)
        heartbeatSeconds = UInt8(opening.heartbeatSeconds)
        self.position = position.id
        self.replayThrough = replayThrough
        feeds = rooms.map { ($0, 0) }
        prelude = { opening.prelude(position: position) }
    }

    /// For the Hub, while it makes the subscriber.
    var mirrors: [RoomMirror] { feeds.map(\.room) }

    // MARK: For the connection that carries it

    /// What came of asking for bytes.
    public enum ReadResult: Equatable {
        case bytes(Int)
        /// Nothing now: sleep until `StreamSleeper.wake`.
        case nothing
        /// The stream has said goodbye.
        case end
        /// The log cannot be read. The client will ask again from its last `id:`.
        case failed
    }

    /// Begins: `sleeper` is woken when there is something to read.
    public func open(wakes sleeper: any StreamSleeper) {
        self.sleeper = sleeper
        if let prelude { current = prelude() }
        prelude = nil
        loop.add(self)
    }

    public func close() {
        loop.remove(self)
        sleeper = nil
        page = nil
        feeds = []
    }

    /// Fills `buffer` with as much as there is.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadResult {
        var count = 0
        while count < buffer.count {
            if offset == current.count {
                // What was prepared may be empty: not every event has a line for people.
                if prepareNext() { continue } else { break }
            }
            let copied = min(current.count - offset, buffer.count - count)
            current.withUnsafeBytes { bytes in
                buffer.baseAddress!.advanced(by: count).copyMemory(from: bytes.baseAddress! + offset, byteCount: copied)
            }
            offset += copied
            count += copied
        }
        if count > 0 { return .bytes(count) }
        if hasFailed { return .failed }
        return isOver ? .end : .nothing
    }

    // MARK: For the loop

    func wake() {
        sleeper?.wake()
    }

    func beat() {
        isHeartbeatDue = true
        wake()
    }

    func say(goodbye reason: GoodbyeReason) {
        goodbye = reason
        wake()
    }

    func receive(_ received: Result<Page, ArchiveError>) {
        isAwaitingPage = false
        guard sleeper != nil else { return }
        switch received {
        case .success(let page): begin(page)
        case .failure: hasFailed = true
        }
        sleeper?.wakeAtOnce()
    }

    // MARK: What comes next

    /// Puts the next thing to be copied into `current`; `false` when there is nothing.
    private func prepareNext() -> Bool {
        if isOver { return false }
        if let goodbye {
            isOver = true
            return begin(ControlEvent.goodbye(goodbye).bytes(in: format))
        }
        if let frame = nextFrame() {
            if !isCaughtUp && frame.id > replayThrough { return beginCaughtUp() }
            advance(past: frame)
            return begin(frame.bytes(in: format, namesRoom: rooms.count > 1))
        }
        if !isCaughtUp && !isAwaitingPage && !hasFailed { return beginCaughtUp() }
        if isHeartbeatDue {
            isHeartbeatDue = false
            return begin(ControlEvent.heartbeat(in: format))
        }
        // What an idle stream holds counts thousands of times.
        current = []
        offset = 0
        return false
    }

    private func begin(_ bytes: [UInt8]) -> Bool {
        current = bytes
        offset = 0
        return true
    }

    private func beginCaughtUp() -> Bool {
        isCaughtUp = true
        return begin(ControlEvent.caughtUp(rooms: rooms, replayed: replayed).bytes(in: format))
    }

    private func advance(past frame: Frame) {
        position = frame.id
        if !isCaughtUp { replayed += 1 }
        if page != nil { nextInPage += 1 } else { feeds[Int(lowestFeed)].next += 1 }
    }

    /// The feed that `nextFrame` found its frame in.
    private var lowestFeed: UInt8 = 0

    /// The event after `position`, from the page at hand or from the tails; `nil` when there is none, or when a page has
    /// been asked for.
    private func nextFrame() -> Frame? {
        while true {
            if let page {
                if nextInPage < page.frames.count { return page.frames[Int(nextInPage)] }
                // An evicted page ends here, after the last frame that was copied from it; the rest is asked for again.
                if !page.isEvicted { position = page.completeThrough }
                self.page = nil
            }
            if isAwaitingPage || hasFailed { return nil }
            if isInTails {
                switch nextInTails() {
                case .frame(let frame): return frame
                case .none: return nil
                case .dropped: isInTails = false
                }
            }
            guard !findPlaceInTails() else { continue }
            guard askForPage() else { return nil }
        }
    }

    /// The lowest id among the rooms' next frames. Every tail here holds the same batches, so a lower one cannot come later.
    ///
    private func nextInTails() -> TailLookup {
        var lowest: Frame?
        for index in feeds.indices {
            let next = feeds[index].next
            guard next >= feeds[index].room.tail.firstNumber else { return .dropped }
            guard next < feeds[index].room.tail.endNumber else { continue }
            let frame = feeds[index].room.tail[next]
            if lowest.map({ frame.id < $0.id }) ?? true {
                lowest = frame
                lowestFeed = UInt8(index)
            }
        }
        return lowest.map { .frame($0) } ?? .none
    }

    private enum TailLookup {
        case frame(Frame)
        /// Nothing has come since.
        case none
        /// A tail has dropped what this stream has not read.
        case dropped
    }

    /// Whether the tails reach back to `position`; then the feeds are set behind it.
    private func findPlaceInTails() -> Bool {
        guard feeds.allSatisfy({ $0.room.tail.completeAfter <= position }) else { return false }
        for index in feeds.indices { feeds[index].next = feeds[index].room.tail.number(after: position) }
        isInTails = true
        return true
    }

    /// Whether a page was at hand; else it comes through `receive`.
    private func askForPage() -> Bool {
        isInTails = false
        let key = PageShelf.Key(rooms: rooms, after: position)
        guard let page = loop.page(key, through: max(loop.head, replayThrough), for: self) else {
            isAwaitingPage = true
            return false
        }
        begin(page)
        return true
    }

    private func begin(_ page: Page) {
        self.page = page
        nextInPage = 0
    }
}

/// What carries a stream to its client, and sleeps while there is nothing to send.
public protocol StreamSleeper: AnyObject {
    /// There may be something to read. On the stream's loop; waking one that is awake does nothing. It may be put off for
    /// some milliseconds, to wake many together.
    func wake()

    /// The same, for a stream that is catching up: nothing is won by waiting.
    func wakeAtOnce()
}
