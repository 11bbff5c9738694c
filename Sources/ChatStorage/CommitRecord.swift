internal import Chat
internal import Synchronization

/// Keeps count for `CommitStatistics`: one lock for a batch, held for a few additions.
final class CommitRecord: Sendable {
    private struct State {
        var statistics = CommitStatistics()
        var lastSuccess: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    var statistics: CommitStatistics { state.withLock { $0.statistics } }

    /// When something was last written and synced, unless that has failed since.
    var lastSuccess: ContinuousClock.Instant? { state.withLock { $0.lastSuccess } }

    func committed(_ posts: PostCounts, since start: ContinuousClock.Instant, pages: Int) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.statistics.batches += 1
            state.statistics.postsStored += posts.stored
            state.statistics.repeats += posts.repeated
            state.statistics.postsRejected += posts.rejected
            state.statistics.batchSizes.record(Double(posts.total))
            state.statistics.commitSeconds.record((now - start) / .seconds(1))
            // A batch of repeats writes nothing, so it proves nothing.
            if pages > 0 { state.lastSuccess = now }
        }
    }

    func failed(posts: Int) {
        state.withLock { state in
            state.statistics.failedBatches += 1
            state.statistics.postsFailed += posts
            state.lastSuccess = nil
        }
    }

    func choreDone(removing events: Int, pages: Int) {
        state.withLock { state in
            state.statistics.expiredEvents += events
            if pages > 0 { state.lastSuccess = .now }
        }
    }

    func choreFailed() {
        state.withLock { $0.lastSuccess = nil }
    }
}
