internal import Chat

/// One open stream: a cursor over its rooms' tails, and over pages of the log where it is behind them.
///
/// It holds no events of its own, so a slow reader costs nothing and delays nobody. Made on the Hub's queue, then confined
/// to its loop's thread; others only name it.
public final class Subscriber: @unchecked Sendable {
    // Unchecked: confined to its loop's thread, as said above; the Hub compares it by identity.

    // Thousands of these idle, so the order leaves no holes between them, and most streams have their one place in here.

    public let loop: LoopStreams
    /// Its rooms, as its loop has them; in the order asked for.
    let mirrors: [RoomMirror]
    private let user: String
    /// What the reader may see. Also the Hub asks it.
    let access: ReaderAccess
    /// When that was last looked at.
    var accessGeneration: UInt64
    /// Set once the reader has lost something.
    var losses: StreamLosses?
    /// Set while the stream is open.
    var sleeper: (any StreamSleeper)?

    /// Every event of the rooms up to this id has been copied out.
    var position: EntryID
    /// The head when it was opened: of rooms that were deleted by then it has what follows under their names.
    let joinedAt: EntryID
    /// Set until the stream has caught up.
    var replay: Replay?
    var page: Page?
    /// Where this stream stands in each room.
    // Unchecked for the same reason as what it reads from: see `RoomMirror`.
    @exclusivity(unchecked) var otherPlaces: [RoomPlace]
    @exclusivity(unchecked) var firstPlace = RoomPlace()

    /// How far `current` has been copied out. A frame or a control event is finished before another begins.
    private var offset: UInt32 = 0
    var nextInPage: Int32 = 0
    private var current: [UInt8] = []
    /// What was copied out in this turn, in bytes of frames.
    var bytesInTurn: UInt32 = 0
    private var placeOrNone: Int32 = -1

    /// Which streams of the loop it takes its turn with.
    let group: UInt16
    public let format: StreamFormat
    let heartbeatSeconds: UInt8
    private let attendance: StreamOpening.Attendance
    private let isGuest: Bool
    /// The Hub has it among its listeners. Confined to the Hub's queue.
    var isListening = false
    /// The room that `nextFrame` found its frame in.
    var lowestRoom: UInt8 = 0
    /// The places stand behind `position`, and the tails can be read from there.
    var isInTails = false
    /// For a page, or for the turn in which it may catch up.
    var isAwaitingPage = false
    var hasTurn = false
    private(set) var hasFailed = false
    private var isHeartbeatDue = false
    private var goodbye: GoodbyeReason?
    private var isOver = false

    /// - Parameter mirrors: of the opening's rooms, in their order.
    init(
        _ opening: StreamOpening, mirrors: [RoomMirror], position: Cursor, replayThrough: EntryID
    ) {
        loop = opening.loop
        self.mirrors = mirrors
        format = opening.format
        attendance = opening.attendance
        user = opening.user
        access = opening.access
        accessGeneration = opening.accessGeneration
        isGuest = opening.isGuest
        group = UInt16(opening.group)
        heartbeatSeconds = UInt8(opening.heartbeatSeconds)
        self.position = position.id
        joinedAt = replayThrough
        otherPlaces = Array(repeating: RoomPlace(), count: mirrors.count - 1)
        replay = Replay(through: replayThrough) { lost in opening.prelude(position: position, expired: lost) }
    }

    /// Those that it still has.
    var rooms: [RoomName] {
        if revoked == 0 { return mirrors.map(\.name) }
        return mirrors.indices.filter { !isRevoked($0) }.map { mirrors[$0].name }
    }
    private var namesRooms: Bool { mirrors.count > 1 || hearsEverything }
    /// What the reader has shown is to be looked at now and then.
    var canExpire: Bool { access.canExpire }
    /// Where the loop keeps it in its group.
    var place: Int32? {
        get { placeOrNone < 0 ? nil : placeOrNone }
        set { placeOrNone = newValue ?? -1 }
    }
    var person: Person { Person(name: user, isGuest: isGuest) }
    var isListed: Bool { attendance == .listed }
    var isOpen: Bool { sleeper != nil }
    var isLeaving: Bool { goodbye != nil }

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
        loop.add(self)
    }

    public func close() {
        loop.remove(self)
        sleeper = nil
        page = nil
        endTurn()
    }

    /// Fills `buffer` with as much as there is.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadResult {
        var count = 0
        while count < buffer.count {
            if Int(offset) == current.count {
                let frames = copyFrames(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
                count += frames
                // That is nearly always all there is.
                if frames > 0 && !hasMoreThanFrames { break }
                // What was prepared may be empty: not every event has a line for people.
                if count < buffer.count && prepareNext() { continue } else { break }
            }
            let copied = min(current.count - Int(offset), buffer.count - count)
            current.withUnsafeBytes { bytes in
                buffer.baseAddress!.advanced(by: count).copyMemory(
                    from: bytes.baseAddress! + Int(offset), byteCount: copied)
            }
            offset += UInt32(copied)
            count += copied
        }
        if count > 0 {
            loop.counts.bytes += count
            return .bytes(count)
        }
        if hasFailed { return .failed }
        return isOver ? .end : .nothing
    }

    // MARK: For the loop

    func wake() {
        sleeper?.wake()
    }

    /// Something was said. Who waits for a page, or for their turn, is woken with that, and reads on from there.
    func hearNews() {
        if !isAwaitingPage { wake() }
    }

    func beat() {
        isHeartbeatDue = true
        wake()
    }

    func say(goodbye reason: GoodbyeReason) {
        goodbye = reason
        wake()
    }

    /// Nothing is left to be read.
    func leave(_ reason: GoodbyeReason) {
        if goodbye == nil { goodbye = reason }
    }

    func receive(_ received: Result<Page, ArchiveError>) {
        isAwaitingPage = false
        guard isOpen else { return }
        switch received {
        case .success(let page): begin(page)
        case .failure:
            hasFailed = true
            endTurn()
        }
        sleeper?.wakeAtOnce()
    }

    // MARK: What comes next

    /// Puts the next thing to be copied into `current`; `false` when there is nothing.
    private func prepareNext() -> Bool {
        if isOver { return false }
        lookAtAccess()
        if let replay, let prelude = replay.prelude {
            guard canBegin() else { return false }
            replay.prelude = nil
            return begin(prelude(takeLost()))
        }
        if let room = takeUntoldRevoked() { return begin(ControlEvent.revoked(room).bytes(in: format)) }
        if let goodbye {
            isOver = true
            return begin(ControlEvent.goodbye(goodbye).bytes(in: format))
        }
        let frame = nextFrame()
        if let lost = takeLost() { return begin(ControlEvent.gaps(lost.rooms, position: lost.start, in: format)) }
        if let frame {
            if let replay, frame.id > replay.through { return beginCaughtUp(replay) }
            advance(past: frame)
            return begin(frame.bytes(in: format, namesRoom: namesRooms))
        }
        if let replay, !isAwaitingPage, !hasFailed { return beginCaughtUp(replay) }
        if replay == nil, let live = nextLive() {
            loop.counts.live += 1
            return begin(live)
        }
        if isHeartbeatDue {
            isHeartbeatDue = false
            loop.counts.heartbeats += 1
            return begin(ControlEvent.heartbeat(in: format))
        }
        // What an idle stream holds counts thousands of times.
        current = []
        offset = 0
        return false
    }

    /// Whether the log still has all that was asked for is known with the first page; where the tails have it, at once. Who
    /// is sent away learns it when they come again.
    private func canBegin() -> Bool {
        if page?.isEvicted == true { leavePage() }
        if goodbye != nil || page != nil { return true }
        if isAwaitingPage || hasFailed { return false }
        return findPlaceInTails() || askForPage()
    }

    /// Something else than frames may follow them. What else it might be is found when libmicrohttpd asks again, in the same pass.
    private var hasMoreThanFrames: Bool {
        replay != nil || page != nil || isHeartbeatDue
            || attendance != .unaware && mirrors[0].live.isAhead(of: firstPlace.nextLive)
    }

    private func begin(_ bytes: [UInt8]) -> Bool {
        current = bytes
        offset = 0
        return true
    }

    private func beginCaughtUp(_ replay: Replay) -> Bool {
        self.replay = nil
        endTurn()
        return begin(ControlEvent.caughtUp(rooms: rooms, replayed: replay.count).bytes(in: format))
    }

    private func advance(past frame: Frame) {
        position = frame.id
        replay?.count += 1
        if hasTurn {
            bytesInTurn += UInt32(clamping: frame.sse.count)
            if page == nil && bytesInTurn >= CatchUpTurns.bytes { endTurn() }
        }
        if page != nil {
            nextInPage += 1
            loop.counts.fromPages += 1
        } else {
            setPlace(Int(lowestRoom)) { $0.next += 1 }
            loop.counts.fromTails += 1
        }
        if frame.kind == .deletion { roomEnds(with: frame) }
    }

    /// The event after `position`, from the page at hand or from the tails; `nil` when there is none, or when a page has
    /// been asked for.
    private func nextFrame() -> Frame? {
        while true {
            if let page {
                if page.isEvicted {
                    // It ends here, after the last frame that was copied from it; the rest is asked for again.
                    leavePage()
                    continue
                }
                // Also a page without events may tell that there were some.
                if hasUntoldLoss(page) { return nil }
                if nextInPage < page.frames.count {
                    let frame = page.frames[Int(nextInPage)]
                    guard isHidden(frame) else { return frame }
                    position = frame.id
                    nextInPage += 1
                    if frame.kind == .deletion { roomEnds(with: frame) }
                    continue
                }
                position = page.completeThrough
                leavePage()
            }
            if isAwaitingPage || hasFailed { return nil }
            if isInTails {
                switch nextInTails() {
                case .frame(let frame) where isToldLost(frame) || isHidden(frame):
                    position = frame.id
                    setPlace(Int(lowestRoom)) { $0.next += 1 }
                    if frame.kind == .deletion { roomEnds(with: frame) }
                    continue
                case .frame(let frame):
                    if let replay, frame.id <= replay.through, !takeTurn() { return nil }
                    return frame
                case .none: return nil
                case .dropped: isInTails = false
                }
            }
            guard !findPlaceInTails() else { continue }
            guard askForPage() else { return nil }
        }
    }

    /// What has happened in one of the rooms that is told only while it happens.
    private func nextLive() -> [UInt8]? {
        guard attendance != .unaware else { return nil }
        for index in mirrors.indices where !isRevoked(index) {
            var bytes: [UInt8]?
            setPlace(index) { bytes = mirrors[index].live.next(&$0.nextLive, in: format) }
            if let bytes { return bytes }
        }
        return nil
    }

    /// Whether a page was at hand; else it comes through `receive`, perhaps only once this stream's turn has come.
    func askForPage() -> Bool {
        isInTails = false
        guard takeTurn() else { return false }
        let key = PageShelf.Key(rooms: rooms, after: position)
        guard let page = loop.page(key, through: max(loop.head, replay?.through ?? .zero), for: self) else {
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

    private func leavePage() {
        page = nil
        endTurn()
    }
}
