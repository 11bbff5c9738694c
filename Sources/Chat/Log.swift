/// The one ordered record of everything durable.
///
/// An engine promises:
/// - *Durable before told.* A completion with success comes after the entry would survive loss of power.
/// - *One order.* Ids rise in the order of commits, and `CommitObserver.committed` is called with each batch once, in that
///   order. Readers of the `Archive` stay below the head that the observer publishes, so nobody sees an entry earlier.
/// - *Nothing half.* A post is stored whole, with its idempotency key, or not at all.
/// - *Repeats are found.* A key that was stored is recognized after any restart, as long as its message is kept and for
///   7 days after; then it is as if it had never been used.
public protocol Log: Sendable {
    var epoch: Epoch { get }

    /// The last entry in the log when it was opened.
    var headWhenOpened: EntryID { get }

    /// Takes a post to be made durable. Never waits: any thread may call it, a loop's among them.
    ///
    /// - Parameter completion: called exactly once; it must not wait. With success, or a rejection, on a thread of the
    ///   observer's choosing, after the observer has made the batch visible. With a `LogFailure` on any thread, the
    ///   caller's before this returns among them.
    func append(_ post: Post, completion: @escaping AppendCompletion)

    /// Takes a change of who may do what, in its turn among the posts; as `append`.
    func append(_ action: AccessAction, completion: @escaping AccessCompletion)

    /// Finds out whether the log can be written and read: writes something that says nothing, in its turn like a post,
    /// syncs it and reads it back. Never waits: any thread may call it.
    ///
    /// - Parameter completion: called once, on any thread; it must not wait. That may take as long as the disk does.
    func probe(completion: @escaping @Sendable (Result<Void, LogFailure>) -> Void)

    /// When something was last made durable, a post or a probe, unless that has failed since. Any thread.
    var lastSuccess: ContinuousClock.Instant? { get }
}

public typealias AppendCompletion = @Sendable (Result<Appended, AppendError>) -> Void

/// Told the action's place in the log.
public typealias AccessCompletion = @Sendable (Result<EntryID, AppendError>) -> Void

/// What became of a post that was taken.
public struct Appended: Sendable {
    public let id: EntryID
    /// The message as it is shown now.
    public let json: [UInt8]
    /// The post repeats an earlier one with the same key, and nothing was stored.
    public let isRepeat: Bool

    public init(id: EntryID, json: [UInt8], isRepeat: Bool) {
        self.id = id
        self.json = json
        self.isRepeat = isRepeat
    }
}

/// Entries that became durable together, and the word that their proposers wait for.
public struct CommittedBatch: Sendable {
    /// In log order.
    public let events: [RoomEvent]
    /// Earlier events as they are shown from now on.
    public let rewritten: [RoomEvent]
    /// The log's last entry, of any kind, after this batch.
    public let head: EntryID
    /// What has changed in who may do what. It counts before the events are shown.
    public let access: [AccessChange]
    /// Somebody has lost a right by it.
    public let takesAway: Bool
    private let answers: [@Sendable () -> Void]

    /// A room is no more by it.
    public var deletesRoom: Bool { events.contains { $0.kind == .deletion } }

    public init(
        events: [RoomEvent], rewritten: [RoomEvent] = [], head: EntryID, access: [AccessChange] = [],
        takesAway: Bool = false,
        answers: [@Sendable () -> Void]
    ) {
        self.events = events
        self.rewritten = rewritten
        self.head = head
        self.access = access
        self.takesAway = takesAway
        self.answers = answers
    }

    /// Tells the proposers. The observer calls it once, after everything up to `head` can be seen.
    public func answerProposers() {
        for answer in answers { answer() }
    }
}

/// Who makes committed entries visible.
public protocol CommitObserver: Sendable {
    /// Called on the log's committing thread, in log order; must not wait for anything but small work of its own.
    ///
    /// - Parameter isFollowed: other posts wait for that thread, so it is not to be kept.
    func committed(_ batch: CommittedBatch, isFollowed: Bool)
}
