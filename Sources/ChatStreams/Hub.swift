public import Chat
internal import Dispatch
internal import Synchronization

/// Knows who listens where, and gives every committed batch to the loops on which somebody does.
///
/// A DispatchQueue serializes the rooms' subscriber sets: they are the only mutable record of who listens, and every access
/// asserts the queue. It does small, non-blocking work, and never touches a socket, JSON or SQLite.
///
/// **Why no stream misses or repeats an event.** The queue does one thing at a time, so joining (`open`) and publishing
/// (`publish`) each happen wholly before or after one another. A stream that joins before a batch is in the set that the
/// batch is posted for: it gets the batch through its loop's mailbox, behind the post that opened it. One that joins after
/// finds the batch in the tail that it is handed, or, if the tail has dropped it again, in the log, since a batch is
/// published only once it is durable. Its cursor says which of these events it has sent, and each is looked up by the
/// cursor alone. So there is no moment between "what is there" and "what comes" at which an event could fall, and none
/// at which it could be counted twice.
public final class Hub: CommitObserver {
    public struct Limits: Sendable {
        /// Bytes of frames that all tails may hold together.
        public var tailBytes = 64 << 20
        /// Bytes of frames that one room's tail may hold.
        public var roomTailBytes = 4 << 20
        /// How long a stream waits whose cursor is ahead of the head.
        var patience = DispatchTimeInterval.seconds(10)
        var presence = Presence.Limits()

        public init() {}
    }

    public let epoch: Epoch
    let queue = DispatchQueue(label: "roomcast.hub", qos: .userInteractive)
    let limits: Limits
    private let publishedHead: Atomic<Int64>
    let rooms: HubRooms
    /// Tells whoever has read the log that it was rewritten.
    public let rewrites = Rewrites()
    let watches = RoomWatches()
    /// The next look at whose time is over is on its way.
    let isExpiryDue = QueueConfined(false)
    /// Who may read what.
    public let access: AccessDirectory
    let presenceObserver = QueueConfined<(any PresenceObserver)?>(nil)

    public init(
        epoch: Epoch, head: EntryID, access: AccessDirectory = AccessDirectory(), limits: Limits = Limits()
    ) {
        self.access = access
        self.epoch = epoch
        self.limits = limits
        publishedHead = Atomic(head.rawValue)
        rooms = HubRooms(limits: limits)
    }

    /// The newest entry that anyone may be shown: everything up to it is durable and in its tail. Any thread.
    public var head: EntryID { EntryID(rawValue: publishedHead.load(ordering: .acquiring)) }

    // MARK: Publishing

    /// Encodes on the log's thread, once for all streams, and publishes on the queue. When nobody else waits for the log's
    /// thread, it is lent to the queue, which spares waking another.
    public func committed(_ batch: CommittedBatch, isFollowed: Bool) {
        let frames = batch.events.map { ($0.room, Frame($0, epoch: epoch)) }
        let rewritten = batch.rewritten.map { ($0.room, Frame($0, epoch: epoch)) }
        let deletesRoom = batch.deletesRoom
        // What was read of a deleted room is not to be shown either.
        if !rewritten.isEmpty || deletesRoom { rewrites.happened() }
        // Before anything that was committed with it can be seen. But with a deleted room its rules go, and its name is everybody's:
        // then it waits for the queue, where nobody can join between this and the cutting of the tails.
        if !deletesRoom { take(batch) }
        let show: @Sendable () -> Void = { [self] in
            if deletesRoom { take(batch) }
            if batch.takesAway { revoke() }
            publish(frames, rewritten, head: batch.head)
            batch.answerProposers()
        }
        // Waited for where the rules are changed there: those of the next batch must come after.
        if isFollowed && !deletesRoom { queue.async(execute: show) } else { queue.sync(execute: show) }
    }

    private func take(_ batch: CommittedBatch) {
        if !batch.access.isEmpty { access.make(batch.access, takesAway: batch.takesAway) }
    }

    private func publish(_ frames: [(RoomName, Frame)], _ rewritten: [(RoomName, Frame)], head: EntryID) {
        dispatchPrecondition(condition: .onQueue(queue))
        for (loop, update) in rooms.append(
            frames, rewritten: rewritten, head: head, headBefore: self.head)
        {
            loop.post { loop.apply(update) }
        }
        publishedHead.store(max(head, self.head).rawValue, ordering: .releasing)
        for (room, frame) in frames {
            watches.happened(frame, in: room)
            if frame.kind == .deletion { end(room) }
        }
        // Only now: for those who join here a deletion is the past, and they stay in the room.
        answerThoseAhead()
    }

    // MARK: Joining and leaving

    /// Opens a stream. Any thread.
    ///
    /// - Parameter completion: called on the Hub's queue; it hands the subscriber to its loop, by that loop's `post`.
    public func open(_ opening: StreamOpening, completion: @escaping @Sendable (OpenResult) -> Void) {
        queue.async { [self] in
            let position = opening.start.position ?? head
            guard position > head else { return completion(.opened(join(opening, at: position))) }
            waitForHead(AheadOfHead(position: position, opening: opening, completion: completion))
        }
    }

    public enum OpenResult: Sendable {
        case opened(Subscriber)
        /// The asked position is of this log, but this server has not got so far in time.
        case notReached
    }

    /// A stream has ended. Any thread.
    ///
    /// - Parameter hasVanished: its reader had not been there for some seconds.
    public func close(_ subscriber: Subscriber, hasVanished: Bool = false) {
        queue.async { [self] in
            for room in rooms.remove(subscriber) {
                if subscriber.isListed {
                    leave(room, subscriber.person, lingers: !hasVanished)
                    presenceObserver.value?.left(subscriber.person, in: room.name, lingers: !hasVanished)
                }
                rooms.forgetIfIdle(room)
            }
        }
    }

    private func join(_ opening: StreamOpening, at position: EntryID) -> Subscriber {
        dispatchPrecondition(condition: .onQueue(queue))
        let subscriber = Subscriber(
            opening, mirrors: rooms.mirrors(of: opening.rooms, on: opening.loop, head: head),
            position: Cursor(epoch: epoch, id: position), replayThrough: head)
        rooms.insert(subscriber)
        defer { if subscriber.access.generation != opening.accessGeneration { revoke() } }
        if subscriber.isListed {
            for mirror in subscriber.mirrors {
                arrive(rooms.room(mirror.name, head: head), subscriber.person)
                presenceObserver.value?.arrived(subscriber.person, in: mirror.name)
            }
        }
        return subscriber
    }

    // MARK: Readers that are ahead

    /// A stream whose cursor this server has not reached: another server of the same log handed it out, or the reader
    /// made it up.
    private struct AheadOfHead: Sendable {
        let position: EntryID
        let opening: StreamOpening
        let completion: @Sendable (OpenResult) -> Void
    }

    private let ahead = QueueConfined<[Int: AheadOfHead]>([:])
    private let aheadCount = QueueConfined(0)

    private func waitForHead(_ waiting: AheadOfHead) {
        aheadCount.value += 1
        let ticket = aheadCount.value
        ahead.value[ticket] = waiting
        queue.asyncAfter(deadline: .now() + limits.patience) { [self] in
            ahead.value.removeValue(forKey: ticket)?.completion(.notReached)
        }
    }

    private func answerThoseAhead() {
        guard !ahead.value.isEmpty else { return }
        for (ticket, waiting) in ahead.value where waiting.position <= head {
            ahead.value[ticket] = nil
            waiting.completion(.opened(join(waiting.opening, at: waiting.position)))
        }
    }

    // MARK: For tests and metrics

    /// Streams that wait for the head to reach their cursor. Waits for the queue; not on a loop.
    public var readersAhead: Int { queue.sync { ahead.value.count } }

    /// What the Hub holds.
    public struct Census: Equatable, Sendable {
        public var rooms = 0
        public var subscribers = 0
        public var tailBytes = 0
        /// Requests that wait for something to be said.
        public var watches = 0
    }

    /// Waits for the queue; not on a loop.
    public func census() -> Census {
        queue.sync { currentCensus }
    }

    /// Any thread; `completion` is called on the Hub's queue.
    public func takeCensus(_ completion: @escaping @Sendable (Census) -> Void) {
        queue.async { [self] in completion(currentCensus) }
    }

    private var currentCensus: Census {
        var census = rooms.census
        census.watches = watches.count
        return census
    }
}

/// State that is only touched on the Hub's queue.
final class QueueConfined<Value>: @unchecked Sendable {
    // Unchecked: confined to one serial queue.
    var value: Value

    init(_ value: Value) {
        self.value = value
    }
}
