internal import DequeModule
internal import Dispatch
internal import Synchronization

/// Does work that reads the disk, away from loops and Hub: at most so much at once, the rest in order.
public final class ReadQueue: Sendable {
    private struct State {
        var running = 0
        var waiting: Deque<@Sendable () -> Void> = []
    }

    private let limit: Int
    private let state = Mutex(State())
    private let onThread: @Sendable (@escaping @Sendable () -> Void) -> Void

    /// - Parameter limit: reads at once.
    public convenience init(limit: Int) {
        let threads = DispatchQueue(label: "roomcast.read", attributes: .concurrent)
        self.init(limit: limit) { work in threads.async(execute: work) }
    }

    /// - Parameter onThread: does work on a thread that may wait.
    init(limit: Int, onThread: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
        self.limit = limit
        self.onThread = onThread
    }

    /// Any thread; never waits. What is queued is bounded by who asks: each open request or stream asks once at a time.
    public func async(_ work: @escaping @Sendable () -> Void) {
        let starts = state.withLock { state in
            state.waiting.append(work)
            guard state.running < limit else { return false }
            state.running += 1
            return true
        }
        if starts { onThread { self.drain() } }
    }

    private func drain() {
        while let work = next() { work() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            let work = state.waiting.popFirst()
            if work == nil { state.running -= 1 }
            return work
        }
    }
}
