internal import Chat
internal import ChatStorage
internal import DequeModule
internal import Synchronization

/// Entries that this node has proposed and whose outcome is not known yet.
///
/// Any thread; a lock held for moments.
final class PendingProposals: Sendable {
    /// Whom it is told to.
    enum Completion: Sendable {
        case post(AppendCompletion)
        case access(AccessCompletion)
        case chore(@Sendable (Result<Void, LogFailure>) -> Void)

        func callAsFunction(_ failure: LogFailure) { self(.failed(failure)) }

        func callAsFunction(_ error: AppendError) {
            switch (self, error) {
            case (.post(let completion), _): completion(.failure(error))
            case (.access(let completion), _): completion(.failure(error))
            case (.chore(let completion), .failed(let failure)): completion(.failure(failure))
            case (.chore(let completion), .rejected(let error)):
                completion(.failure(.unavailable(reason: "\(error)")))
            }
        }
    }

    struct Bounds: Sendable {
        var entries = 10_000
        var bytes = 64 << 20
    }

    enum Refusal {
        case full
        case closed
    }

    /// What has to be sent.
    struct Outgoing: Sendable {
        let proposal: String
        let entry: Entry
        let json: [UInt8]
    }

    private struct Pending {
        let outgoing: Outgoing
        let completion: Completion
        let deadline: ContinuousClock.Instant
        /// It has been handed to NATS, and no answer has come to that.
        var isUnderWay = false
        /// A try has ended in which nobody can say whether it was stored.
        var isUncertain = false
        /// Where the quorum has it, once it has said so.
        var acknowledgedAt: EntryID?
        /// Where it has been applied here, and how its proposer is told; once that is shown.
        var applied: (at: EntryID, tell: @Sendable () -> Void)?
    }

    private struct State {
        var pending: [String: Pending] = [:]
        /// Still to be sent, in the order in which they came.
        var unsent: Deque<String> = []
        /// To be sent again, not before a time.
        var again: Deque<(proposal: String, at: ContinuousClock.Instant)> = []
        /// By deadline, since each has the same time.
        var byDeadline: Deque<String> = []
        var bytes = 0
        var refused = 0
        var isClosed = false
        var generator = SystemRandomNumberGenerator()
    }

    /// From an answer that nobody was there to one more try.
    private static let pause = Duration.milliseconds(100)

    private let bounds: Bounds
    private let patience: Duration
    private let state = Mutex(State())

    /// - Parameter patience: how long an entry may take before its proposer is told that it has not been taken.
    init(bounds: Bounds = Bounds(), patience: Duration) {
        self.bounds = bounds
        self.patience = patience
    }

    func put(
        _ entry: Entry, at now: ContinuousClock.Instant = .now, completion: Completion
    ) -> Refusal? {
        let json = entry.json
        return state.withLock { state in
            if state.isClosed { return .closed }
            guard state.pending.count < bounds.entries && state.bytes + json.count <= bounds.bytes else {
                state.refused += 1
                return .full
            }
            let proposal = Self.newProposal(using: &state.generator)
            state.pending[proposal] = Pending(
                outgoing: Outgoing(proposal: proposal, entry: entry, json: json), completion: completion,
                deadline: now + patience)
            state.unsent.append(proposal)
            state.byDeadline.append(proposal)
            state.bytes += json.count
            return nil
        }
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// 96 random bits, base 64: never the same twice.
    private static func newProposal(using generator: inout SystemRandomNumberGenerator) -> String {
        var (high, low) = (generator.next(), generator.next())
        return String(unsafeUninitializedCapacity: 16) { buffer in
            for index in 0..<16 {
                if index == 8 { swap(&high, &low) }
                buffer[index] = letters[Int(high & 63)]
                high >>= 6
            }
            return 16
        }
    }

    /// The next to be sent; then it is under way. `nil` when there is none now.
    func takeToSend(at now: ContinuousClock.Instant = .now) -> Outgoing? {
        state.withLock { state in
            while let next = state.unsent.popFirst() ?? Self.takeDue(&state, at: now) {
                guard state.pending[next] != nil else { continue }
                state.pending[next]!.isUnderWay = true
                return state.pending[next]!.outgoing
            }
            return nil
        }
    }

    private static func takeDue(_ state: inout State, at now: ContinuousClock.Instant) -> String? {
        guard let first = state.again.first, first.at <= now else { return nil }
        return state.again.removeFirst().proposal
    }

    /// It could not even be handed to NATS.
    func notSent(_ proposal: String) {
        state.withLock { state in
            guard state.pending[proposal] != nil else { return }
            state.pending[proposal]!.isUnderWay = false
            state.unsent.prepend(proposal)
        }
    }

    /// It can never be handed to NATS: this one ends, and those behind it go on.
    func refused(_ proposal: String, _ error: AppendError) {
        let ended = state.withLock { state -> Pending? in
            defer { Self.remove(proposal, &state) }
            return state.pending[proposal]
        }
        guard let ended else { return }
        // A try before, through a server that takes more, may have stored it.
        guard !ended.isUncertain && ended.applied == nil else {
            return ended.completion(.outcomeUnknown(reason: "it was sent before, and cannot be sent again"))
        }
        ended.completion(error)
    }

    /// The connection that the tries under way went to is gone, and their answers with it. They may have been stored, and are sent again.
    func sendAgain(at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            for proposal in state.byDeadline {
                guard let pending = state.pending[proposal], pending.isUnderWay, pending.acknowledgedAt == nil else {
                    continue
                }
                state.pending[proposal]!.isUncertain = true
                state.pending[proposal]!.isUnderWay = false
                state.again.append((proposal, now))
            }
        }
    }

    /// What NATS says of a try. One that was stored stays until it has been applied.
    ///
    /// - Returns: where this node has applied it, if that is not where the quorum has it: then this node's log is another.
    @discardableResult
    func answered(
        _ proposal: String, _ answer: JetStream.Acknowledgement, at now: ContinuousClock.Instant = .now
    ) -> EntryID? {
        let ended = state.withLock { state -> Ended? in
            guard state.pending[proposal] != nil else { return nil }
            switch answer {
            case .stored(let place):
                state.pending[proposal]!.acknowledgedAt = place
                return Self.end(proposal, &state)
            case .notTaken: break
            case .unknown: state.pending[proposal]!.isUncertain = true
            }
            state.pending[proposal]!.isUnderWay = false
            state.again.append((proposal, now + Self.pause))
            return nil
        }
        return ended?.perform()
    }

    /// A post has been applied here, and everybody can see it. Its proposer is told once the quorum is known to have it as well: what
    /// comes back could be what a server, that was killed, alone had (seen with NATS 2.9.10).
    ///
    /// - Parameter tell: called once, on this thread or another.
    /// - Returns: as `answered`.
    @discardableResult
    func applied(_ proposal: String, at id: EntryID, tell: @escaping @Sendable () -> Void) -> EntryID? {
        let ended = state.withLock { state -> Ended? in
            guard state.pending[proposal] != nil else { return nil }
            state.pending[proposal]!.applied = (id, tell)
            return Self.end(proposal, &state)
        }
        return ended?.perform()
    }

    /// What is left to do once the lock is free.
    private struct Ended {
        let completion: Completion
        let applied: (at: EntryID, tell: @Sendable () -> Void)
        let acknowledgedAt: EntryID

        func perform() -> EntryID? {
            if applied.at == acknowledgedAt {
                applied.tell()
                return nil
            }
            completion(.outcomeUnknown(reason: "this node's log differs from the cluster's"))
            return applied.at
        }
    }

    private static func end(_ proposal: String, _ state: inout State) -> Ended? {
        guard let pending = state.pending[proposal], let applied = pending.applied,
            let acknowledgedAt = pending.acknowledgedAt
        else { return nil }
        remove(proposal, &state)
        return Ended(completion: pending.completion, applied: applied, acknowledgedAt: acknowledgedAt)
    }

    private static func remove(_ proposal: String, _ state: inout State) {
        guard let pending = state.pending.removeValue(forKey: proposal) else { return }
        state.bytes -= pending.outgoing.json.count
    }

    /// A proposal that was pending here, whose entry has been applied: whom to tell.
    func completion(of proposal: String) -> Completion? {
        state.withLock { $0.pending[proposal]?.completion }
    }

    /// A step of retention has been applied: whom to tell. `nil` for another node's, and for one that was given up.
    func takeChore(_ proposal: String) -> (@Sendable (Result<Void, LogFailure>) -> Void)? {
        state.withLock { state in
            guard case .chore(let completion) = state.pending[proposal]?.completion else { return nil }
            Self.remove(proposal, &state)
            return completion
        }
    }

    /// Gives up those whose time is over, and tells them.
    func expire(at now: ContinuousClock.Instant = .now, reason: String) {
        let over = state.withLock { state -> [(Completion, LogFailure)] in
            var over: [(Completion, LogFailure)] = []
            while let first = state.byDeadline.first {
                guard let pending = state.pending[first] else {
                    state.byDeadline.removeFirst()
                    continue
                }
                guard pending.deadline <= now else { break }
                state.byDeadline.removeFirst()
                Self.remove(first, &state)
                over.append((pending.completion, Self.failure(of: pending, reason)))
            }
            return over
        }
        for (completion, failure) in over { completion(failure) }
    }

    private static func failure(of pending: Pending, _ reason: String) -> LogFailure {
        pending.isUnderWay || pending.isUncertain || pending.applied != nil
            ? .outcomeUnknown(reason: reason) : .unavailable(reason: reason)
    }

    /// Takes no more. What is pending can still end.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Gives up all, and tells them.
    func abandon(reason: String) {
        let all = state.withLock { state in
            state.isClosed = true
            state.unsent = []
            state.again = []
            state.byDeadline = []
            state.bytes = 0
            defer { state.pending = [:] }
            return Array(state.pending.values)
        }
        for pending in all { pending.completion(Self.failure(of: pending, reason)) }
    }

    var census: (entries: Int, bytes: Int, refused: Int) {
        state.withLock { ($0.pending.count, $0.bytes, $0.refused) }
    }

    var isEmpty: Bool { state.withLock { $0.pending.isEmpty } }
}
