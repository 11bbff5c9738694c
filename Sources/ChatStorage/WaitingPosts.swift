internal import Chat
internal import Dispatch
internal import Synchronization

/// A post, or a change of who may do what, and who waits to hear what became of it.
struct Proposal: Sendable {
    enum Work: Sendable {
        case post(Post, AppendCompletion)
        case access(AccessAction, AccessCompletion)
    }

    let work: Work

    init(post: Post, completion: @escaping AppendCompletion) {
        work = .post(post, completion)
    }

    init(_ action: AccessAction, completion: @escaping AccessCompletion) {
        work = .access(action, completion)
    }

    func fail(_ failure: LogFailure) {
        switch work {
        case .post(_, let completion): completion(.failure(.failed(failure)))
        case .access(_, let completion): completion(.failure(.failed(failure)))
        }
    }

    /// About what it holds in memory, in bytes: the text, and the rest with its names and keys.
    var size: Int {
        switch work {
        case .post(let post, _): post.text.utf8.count + 512
        case .access: 2048
        }
    }
}

/// Where posts, and the log's own work, wait for the thread that commits. Any thread puts; one thread takes.
final class WaitingPosts: Sendable {
    /// Over either bound, posts are refused.
    struct Bounds: Sendable {
        let posts: Int
        let bytes: Int
    }

    enum Refusal {
        case full
        case closed
    }

    /// Chores that may wait; each who proposes one waits for it before the next, so there are few.
    static let maximumChores = 16

    /// What the committing thread does next: first the posts, then the chore, which so comes between two batches, and no
    /// more than one of them.
    struct Work {
        var proposals: [Proposal] = []
        var chore: Chore?

        var isEmpty: Bool { proposals.isEmpty && chore == nil }
    }

    /// What one transaction will hold.
    private struct Batch {
        var proposals: [Proposal] = []
        var bytes = 0
    }

    private struct State {
        /// Made up as posts arrive, so that taking one moves nothing. All but the last are full, and none is empty.
        var batches: [Batch] = []
        var chores: [Chore] = []
        var posts = 0
        var bytes = 0
        /// Posts that there was no room for.
        var refused = 0
        var isClosed = false
        var gathering: Gathering
        var takerSleeps = false
        /// The taker sleeps, and ends that by itself soon: a few posts need not wake it.
        var takerGathers = false

        /// What is worth a transaction of its own whoever else may be coming.
        var isComplete: Bool {
            isClosed || !chores.isEmpty || batches.count > 1 || posts >= gathering.wanted
        }
    }

    private let bounds: Bounds
    private let batchBounds: Bounds
    private let state: Mutex<State>
    /// Signalled once for every time that `takerSleeps` is taken back: a put while the taker works costs no system call.
    private let wake = MonotonicSemaphore()

    /// - Parameter batchBounds: what `take` returns at most; a single post may be larger.
    init(bounds: Bounds, batchBounds: Bounds, gathering: Gathering = Gathering()) {
        state = Mutex(State(gathering: gathering))
        self.bounds = bounds
        self.batchBounds = batchBounds
    }

    /// Holds the lock for an append to an array, and waits for nothing else.
    ///
    /// - Returns: `nil` when the proposal was taken.
    func put(_ proposal: Proposal) -> Refusal? {
        let size = proposal.size
        let (refusal, mustWake) = state.withLock { state -> (Refusal?, Bool) in
            if state.isClosed { return (.closed, false) }
            guard state.posts < bounds.posts && state.bytes + size <= bounds.bytes else {
                state.refused += 1
                return (.full, false)
            }
            add(proposal, size: size, to: &state)
            return (nil, Self.takeBackSleep(&state))
        }
        if mustWake { wake.signal() }
        return refusal
    }

    /// The same for a chore.
    func put(_ chore: Chore) -> Refusal? {
        let (refusal, mustWake) = state.withLock { state -> (Refusal?, Bool) in
            if state.isClosed { return (.closed, false) }
            guard state.chores.count < Self.maximumChores else { return (.full, false) }
            state.chores.append(chore)
            return (nil, Self.takeBackSleep(&state))
        }
        if mustWake { wake.signal() }
        return refusal
    }

    /// The posts that wait, in the order they came, or as many of them as a batch may hold, and a chore; sleeps until
    /// there is something, and perhaps until more has gathered. Empty when it is closed and nothing is left.
    func take() -> Work {
        state.withLock { $0.gathering.ended(finding: $0.posts) }
        while true {
            let now = DispatchTime.now()
            switch state.withLock({ Self.next(&$0, at: now) }) {
            case .work(let work): return work
            case .sleep(nil): wake.wait()
            case .sleep(let until?): if !wake.wait(until: until) { endSleep() }
            }
        }
    }

    private enum Next {
        case work(Work)
        case sleep(until: DispatchTime?)
    }

    private static func next(_ state: inout State, at now: DispatchTime) -> Next {
        let until = state.gathering.waitsUntil(now)
        if state.isComplete || state.posts > 0 && until == nil {
            var work = Work()
            if !state.batches.isEmpty {
                let batch = state.batches.removeFirst()
                state.posts -= batch.proposals.count
                state.bytes -= batch.bytes
                work.proposals = batch.proposals
            }
            if !state.chores.isEmpty { work.chore = state.chores.removeFirst() }
            state.gathering.took(work.proposals.count, at: now)
            return .work(work)
        }
        state.takerSleeps = true
        state.takerGathers = until != nil
        return .sleep(until: until)
    }

    /// The taker has slept for long enough. If it was to be woken in that moment, that signal is waited for, or it would end
    /// the next sleep.
    private func endSleep() {
        let isBeingWoken = state.withLock { state in
            defer { state.takerSleeps = false }
            return !state.takerSleeps
        }
        if isBeingWoken { wake.wait() }
    }

    /// What waits now, in posts and bytes, and how many posts were refused for want of room.
    var census: (posts: Int, bytes: Int, refused: Int) {
        state.withLock { ($0.posts, $0.bytes, $0.refused) }
    }

    /// Refuses posts from now on. What waits can still be taken.
    func close() {
        let mustWake = state.withLock { state in
            state.isClosed = true
            return Self.takeBackSleep(&state)
        }
        if mustWake { wake.signal() }
    }

    private func add(_ proposal: Proposal, size: Int, to state: inout State) {
        state.posts += 1
        state.bytes += size
        let last = state.batches.count - 1
        let fits =
            last >= 0 && state.batches[last].proposals.count < batchBounds.posts
            && state.batches[last].bytes + size <= batchBounds.bytes
        if fits {
            state.batches[last].proposals.append(proposal)
            state.batches[last].bytes += size
        } else {
            state.batches.append(Batch(proposals: [proposal], bytes: size))
        }
    }

    private static func takeBackSleep(_ state: inout State) -> Bool {
        guard state.takerSleeps && (state.isComplete || !state.takerGathers) else { return false }
        state.takerSleeps = false
        return true
    }
}
