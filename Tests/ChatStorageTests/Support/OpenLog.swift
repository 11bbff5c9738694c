import Chat
import Dispatch
import GRDB
import Logging
import Synchronization

@testable import ChatStorage

/// Shows nothing, remembers what was committed, and answers.
final class RecordingObserver: CommitObserver {
    struct Batch: Sendable {
        let events: [RoomEvent]
        let head: EntryID
    }

    private let recorded = Mutex<[Batch]>([])

    var batches: [Batch] { recorded.withLock { $0 } }
    var events: [RoomEvent] { batches.flatMap(\.events) }

    func committed(_ batch: CommittedBatch, isFollowed: Bool) {
        recorded.withLock { $0.append(Batch(events: batch.events, head: batch.head)) }
        batch.answerProposers()
    }
}

/// A log with its observer, for as long as a test needs it.
final class OpenLog: Sendable {
    let log: SQLiteLog
    let observer = RecordingObserver()

    init(
        _ folder: TemporaryFolder, bounds: SQLiteLog.Bounds = .init(), retention: RetentionPolicy = .keepAll,
        clock: TestClock = TestClock(), now: (@Sendable () -> Timestamp)? = nil,
        checkpointing: Checkpointer.Bounds = .init(), started: Bool = true
    ) throws(StorageError) {
        log = try SQLiteLog(
            in: DataFolder(path: folder.path), bounds: bounds, retention: retention, now: now ?? { clock.now },
            checkpointing: checkpointing, logger: .silent)
        if started { start() }
    }

    deinit {
        log.close()
    }

    var archive: HeldArchive { HeldArchive(owner: self) }

    /// Returns after retention's first look, whose entries would take ids between those of a test's posts.
    func start() {
        log.start(showing: observer)
        expire()
    }

    /// Posts and waits for the answer.
    @discardableResult
    func post(_ post: Post) -> Result<Appended, AppendError> {
        begin(post).wait()
    }

    /// Posts several at the same time, and waits for all answers.
    @discardableResult
    func post(_ posts: [Post]) -> [Result<Appended, AppendError>] {
        posts.map(begin).map { $0.wait() }
    }

    /// Waits until retention has removed all that is over its bounds.
    func expire() {
        guard log.look().wait(timeout: .now() + 60) == .success else { fatalError("retention took over 60 seconds") }
    }

    func begin(_ post: Post) -> Answer {
        let answer = Answer()
        log.append(post) { answer.give($0) }
        return answer
    }
}

extension SQLiteLog {
    /// Looks at the file by a connection that is the test's own.
    func reading<T>(_ body: (Database) throws -> T) throws -> T {
        try DatabaseQueue(path: path).inDatabase(body)
    }
}

extension Logger {
    static let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

/// A clock that tests move. It begins when the posts of tests are sent, in 1970.
final class TestClock: Sendable {
    private let time = Mutex(Timestamp(millisecondsSince1970: 0))

    var now: Timestamp { time.withLock { $0 } }

    func advance(days: Double) {
        time.withLock { $0 = Timestamp(millisecondsSince1970: $0.millisecondsSince1970 + Int64(days * 86_400_000)) }
    }
}

/// What became of a post, once it is known.
final class Answer: Sendable {
    private let result = Mutex<Result<Appended, AppendError>?>(nil)
    private let given = DispatchSemaphore(value: 0)

    /// `nil` as long as nothing was answered.
    var now: Result<Appended, AppendError>? { result.withLock { $0 } }

    func give(_ result: Result<Appended, AppendError>) {
        self.result.withLock { stored in
            precondition(stored == nil, "a post was answered twice")
            stored = result
        }
        given.signal()
    }

    func wait() -> Result<Appended, AppendError> {
        guard given.wait(timeout: .now() + 30) == .success else { fatalError("a post was not answered in 30 seconds") }
        given.signal()
        return now!
    }
}

extension Post {
    /// A post of a guest, at a fixed time.
    static func of(
        _ text: String, in room: String = "lobby", by user: String = "ann", key: String? = nil, replyTo: EntryID? = nil,
        at sentAt: Timestamp = Timestamp(millisecondsSince1970: 0), mayMakeRoom: Bool = true,
        knowing deletion: EntryID = .zero
    ) -> Post {
        try! Post(
            room: RoomName(room), sender: .guest(named: user), text: text, sentAt: sentAt,
            replyTo: replyTo, key: key, mayMakeRoom: mayMakeRoom, knownDeletion: deletion)
    }
}

extension Result where Success == Appended, Failure == AppendError {
    var id: EntryID? { (try? get())?.id }
    var isRepeat: Bool? { (try? get())?.isRepeat }
    var json: String? { (try? get()).map { String(decoding: $0.json, as: UTF8.self) } }
    var error: AppendError? {
        if case .failure(let error) = self { error } else { nil }
    }
    var isUnavailable: Bool {
        if case .failed(.unavailable) = error { true } else { false }
    }
    var isOutcomeUnknown: Bool {
        if case .failed(.outcomeUnknown) = error { true } else { false }
    }
}

/// The same numbers for the same seed: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
