internal import Dispatch
internal import Synchronization

/// Lets reads in until the database is to be closed, and then waits for those that are under way.
final class ReadGate: Sendable {
    private struct State {
        var inside = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let empty = DispatchSemaphore(value: 0)

    /// Whether it is open; then `leave` must follow. Any thread; never waits.
    func enter() -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.inside += 1
            return true
        }
    }

    func leave() {
        let isLast = state.withLock { state in
            state.inside -= 1
            return state.isClosed && state.inside == 0
        }
        if isLast { empty.signal() }
    }

    /// Lets nobody in from now on, and waits until all have left. Once.
    func close() {
        let isEmpty = state.withLock { state in
            state.isClosed = true
            return state.inside == 0
        }
        if !isEmpty { empty.wait() }
    }
}
