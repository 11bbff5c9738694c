internal import Chat
internal import Dispatch
internal import Synchronization

/// A post, and who waits to hear what became of it.
struct Proposal: Sendable {
    let post: Post
    let completion: AppendCompletion

    /// About what it holds in memory, in bytes: the text, and the rest with its names and keys.
    var size: Int { post.text.utf8.count + 512 }
}

/// Where posts wait for the thread that commits. Any thread puts; one thread takes.
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

    /// What one transaction will hold.
    private struct Batch {
        var proposals: [Proposal] = []
        var bytes = 0
    }

    private struct State {
        /// Made up as posts arrive, so that taking one moves nothing. All but the last are full, and none is empty.
        var batches: [Batch] = []
        var posts = 0
        var bytes = 0
        var isClosed = false
        var takerSleeps = false
    }

    private let bounds: Bounds
    private let batchBounds: Bounds
    private let state = Mutex(State())
    /// Signalled once for every time that `takerSleeps` is taken back: a put while the taker works costs no system call.
    private let wake = DispatchSemaphore(value: 0)

    /// - Parameter batchBounds: what `take` returns at most; a single post may be larger.
    init(bounds: Bounds, batchBounds: Bounds) {
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
            guard state.posts < bounds.posts && state.bytes + size <= bounds.bytes else { return (.full, false) }
            add(proposal, size: size, to: &state)
            return (nil, Self.takeBackSleep(&state))
        }
        if mustWake { wake.signal() }
        return refusal
    }

    /// Everything that waits, in the order it came, or as much of it as a batch may hold; sleeps until there is
    /// something. Empty when it is closed and nothing is left.
    func take() -> [Proposal] {
        while true {
            let proposals = state.withLock { state -> [Proposal]? in
                guard !state.batches.isEmpty else {
                    if state.isClosed { return [] }
                    state.takerSleeps = true
                    return nil
                }
                let batch = state.batches.removeFirst()
                state.posts -= batch.proposals.count
                state.bytes -= batch.bytes
                return batch.proposals
            }
            if let proposals { return proposals }
            wake.wait()
        }
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
        defer { state.takerSleeps = false }
        return state.takerSleeps
    }
}
