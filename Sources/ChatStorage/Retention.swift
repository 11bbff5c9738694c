internal import Chat
@preconcurrency internal import Dispatch
internal import Foundation
internal import GRDB
internal import Logging
internal import Synchronization

/// Removes what is over the bounds, what is left of deleted rooms, and in time the idempotency keys that led there.
///
/// It looks for such events on a thread of its own, with a reader's connection, and proposes them to the committing thread
/// in small steps, one at a time, with a pause after each of several times what the step took. So posts never wait for
/// more than one step, and the disk and the processor are theirs for most of the time.
final class Retention: Sendable {
    /// From one look to the next, in seconds.
    static let interval = 300.0
    /// After a step, in times of its duration, and in seconds.
    private static let pauseFactor = 4.0
    private static let pauseRange = 0.002...1.0

    typealias Propose = @Sendable (Chore) -> WaitingPosts.Refusal?

    private struct State {
        var isStopped = false
        /// A look is owed, the first one to begin with; `wake` has been signalled for it, once.
        var isWoken = false
        /// Told at the end of a look that begins after they asked.
        var askers: [DispatchSemaphore] = []
    }

    private let policy: RetentionPolicy
    private let pool: DatabasePool
    private let propose: Propose
    /// Of several servers with one log, one does it.
    private let isResponsible: @Sendable () -> Bool
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    /// A semaphore's own limit would be told by the system's clock (libdispatch on Linux), which may be set back by days.
    private let timer: any DispatchSourceTimer
    /// The head when every room was last within the bound of messages; see `ExpiryPlan.candidates`.
    private let counted = Mutex(EntryID.zero)
    /// See `KeySweepPlan.knownDeletion`.
    private let knownDeletion = Mutex<Int64?>(nil)

    init(
        _ policy: RetentionPolicy, pool: DatabasePool, now: @escaping @Sendable () -> Timestamp, logger: Logger,
        isResponsible: @escaping @Sendable () -> Bool = { true }, propose: @escaping Propose
    ) {
        self.isResponsible = isResponsible
        self.policy = policy
        self.pool = pool
        self.now = now
        self.logger = logger
        self.propose = propose
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "roomcast.retention"))
        timer.setEventHandler { [weak self] in self?.wakeUp() }
        timer.schedule(deadline: .now() + Self.interval, repeating: Self.interval, leeway: .seconds(1))
        timer.activate()
        wakeUp()
    }

    deinit {
        timer.cancel()
    }

    func start() {
        Thread.start(named: "retention") { [self] in
            run()
            finished.signal()
        }
    }

    /// Waits for the step under way. Once, after `start`.
    func stop() {
        wakeUp { $0.isStopped = true }
        finished.wait()
    }

    /// A room has been deleted: what is left of it is not to wait for the next look. Any thread; never waits.
    func roomDeleted() { wakeUp() }

    /// Has it look at once; for tests.
    ///
    /// - Returns: signalled when all is removed that is over the bounds by now.
    func look() -> DispatchSemaphore {
        let done = DispatchSemaphore(value: 0)
        wakeUp { $0.askers.append(done) }
        return done
    }

    /// - Parameter note: done in one step with it, or a look that serves the asker could come before the wake-up, which then would be for
    ///   another that nobody waits for.
    private func wakeUp(noting note: (inout State) -> Void = { _ in }) {
        state.withLock { state in
            note(&state)
            guard !state.isWoken else { return }
            state.isWoken = true
            wake.signal()
        }
    }

    // MARK: On its own thread

    private func run() {
        while let askers = askersOfNextLook() {
            do {
                if isResponsible() {
                    try removeDeleted()
                    try expire()
                    try sweepKeys()
                }
            } catch is Stopped {
            } catch {
                logger.warning(
                    "Retention had to stop and tries again later", metadata: ["reason": "\(reason(of: error))"])
            }
            for asker in askers { asker.signal() }
        }
    }

    /// Waits until a look is owed.
    ///
    /// - Returns: who asked for it; `nil` once the log is closing.
    private func askersOfNextLook() -> [DispatchSemaphore]? {
        wake.wait()
        return state.withLock { state in
            // Who wakes this thread until now is served by this look.
            state.isWoken = false
            guard !state.isStopped else { return nil }
            defer { state.askers = [] }
            return state.askers
        }
    }

    /// Whatever the bounds are.
    private func removeDeleted() throws {
        while let step = try pool.read({ try RoomRemoval.nextStep(in: $0) }) { try take(.expire(step)) }
    }

    private func expire() throws {
        guard policy != .keepAll else { return }
        let plan = ExpiryPlan(policy: policy, now: now())
        let head = try pool.read { EntryID(rawValue: try Int64.fetchOne($0, sql: "SELECT max(id) FROM entries") ?? 0) }
        let counted = counted.withLock { $0 }
        var number: Int64 = 0
        while let (rooms, last) = try pool.read({ try plan.candidates(afterRoom: number, counted: counted, in: $0) }) {
            for room in rooms {
                while let step = try pool.read({ try plan.nextStep(room, in: $0) }) { try take(.expire(step)) }
            }
            if isStopped { throw Stopped() }
            number = last
        }
        self.counted.withLock { $0 = head }
    }

    private func sweepKeys() throws {
        let plan = KeySweepPlan(now: now(), knownDeletion: knownDeletion.withLock { $0 })
        let deletion = try pool.read { try plan.newestDeletion(in: $0) }
        guard var place = try pool.read({ try plan.start(in: $0) }) else { return }
        // Of one that goes on it is not known what came since it began.
        let known = place == .start ? deletion : 0
        while true {
            let (step, hasWork) = try pool.read { try plan.next(after: place, in: $0) }
            if hasWork || step.isLast { try take(.forgetKeys(step)) }
            if step.isLast { return knownDeletion.withLock { $0 = known } }
            if isStopped { throw Stopped() }
            place = step.through
        }
    }

    /// Has a step committed, and pauses.
    private func take(_ work: Chore.Work) throws {
        let outcome = Mutex<Result<Void, LogFailure>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let start = ContinuousClock.now
        let chore = Chore(work: work) { result in
            outcome.withLock { $0 = result }
            done.signal()
        }
        switch propose(chore) {
        case nil: done.wait()
        case .full: throw LogFailure.unavailable(reason: "too much other work is waiting for the disk")
        case .closed: throw Stopped()
        }
        try outcome.withLock { $0! }.get()
        let pause = (ContinuousClock.now - start) / .seconds(1) * Self.pauseFactor
        usleep(UInt32(min(max(pause, Self.pauseRange.lowerBound), Self.pauseRange.upperBound) * 1_000_000))
        if isStopped { throw Stopped() }
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    /// The log is closing; what is left waits for its next life.
    private struct Stopped: Error {}

    private func reason(of error: any Error) -> String {
        if case .unavailable(let reason) = error as? LogFailure { return reason }
        return storageReason(of: error)
    }
}
