internal import Chat
internal import Synchronization

/// How far a node has come with the cluster's log. Any thread; never waits.
final class ApplyProgress: Sendable {
    private struct State {
        var applied: EntryID
        /// The last entry that the stream is known to have.
        var end: EntryID
        /// The log has been looked at since the start.
        var isVerified = false
        /// Why the last batch could not be applied.
        var failure: String?
        var isStopped = false
        /// Why what was applied here is not what the cluster has.
        var divergence: String?
        /// It may be so.
        var isInDoubt = false
    }

    private let state: Mutex<State>

    init(applied: EntryID) {
        state = Mutex(State(applied: applied, end: applied))
    }

    func verified(lastID: Int64) {
        state.withLock { state in
            state.isVerified = true
            state.end = max(state.end, EntryID(rawValue: lastID))
        }
    }

    /// Somebody else than the applying thread has asked the stream.
    func verifiedEnd(_ lastID: Int64) {
        state.withLock { $0.end = max($0.end, EntryID(rawValue: lastID)) }
    }

    func received(upTo id: EntryID, pending: Int) {
        state.withLock { state in
            state.end = max(state.end, EntryID(rawValue: id.rawValue + Int64(pending)))
        }
    }

    func applied(_ id: EntryID) {
        state.withLock { state in
            state.applied = id
            state.end = max(state.end, id)
            state.failure = nil
        }
    }

    func failed(reason: String) {
        state.withLock { $0.failure = reason }
    }

    /// What was applied here is not what the cluster has.
    func diverged(_ reason: String) {
        state.withLock { $0.divergence = $0.divergence ?? reason }
    }

    /// What was applied here may not be what the cluster has.
    func doubts(_ isInDoubt: Bool) {
        state.withLock { $0.isInDoubt = isInDoubt }
    }

    /// Nothing speaks against what was applied here: another node can copy it.
    var isTrusted: Bool { state.withLock { $0.divergence == nil && !$0.isInDoubt } }

    var divergence: String? { state.withLock { $0.divergence } }

    func stop() {
        state.withLock { $0.isStopped = true }
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    var appliedID: EntryID { state.withLock { $0.applied } }

    /// Entries that are in the stream and not applied here, as far as is known; `nil` before the stream was looked at.
    var lag: Int? {
        state.withLock { $0.isVerified ? Int($0.end.rawValue - $0.applied.rawValue) : nil }
    }

    /// Why entries cannot be applied now.
    var failure: String? { state.withLock { $0.failure } }
}
