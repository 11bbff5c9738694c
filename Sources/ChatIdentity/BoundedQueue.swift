internal import DequeModule
internal import Dispatch
internal import Synchronization

/// Does work that takes its time, on a few threads of its own, in order; and refuses it where too much waits already.
final class BoundedQueue: Sendable {
    private struct State {
        var running = 0
        var waiting: Deque<@Sendable () -> Void> = []
    }

    private let limit: Int
    private let waitingLimit: Int
    private let state = Mutex(State())
    private let threads: DispatchQueue

    /// - Parameter threads: works at once.
    init(label: String, threads: Int, waitingLimit: Int) {
        limit = threads
        self.waitingLimit = waitingLimit
        self.threads = DispatchQueue(label: label, qos: .utility, attributes: .concurrent)
    }

    /// Any thread; never waits.
    func async(_ work: @escaping @Sendable () -> Void) throws(BusyError) {
        // While something waits, all threads are taken: the newcomer never overtakes.
        let starts = try state.withLock { (state) throws(BusyError) in
            if state.running < limit {
                state.running += 1
                return true
            }
            guard state.waiting.count < waitingLimit else { throw BusyError(waiting: state.waiting.count) }
            state.waiting.append(work)
            return false
        }
        if starts {
            threads.async {
                work()
                self.drain()
            }
        }
    }

    var pending: Int { state.withLock { $0.running + $0.waiting.count } }

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

/// Too much waits to be checked: ask again in a few seconds.
public struct BusyError: Error, Hashable, Sendable {
    public let waiting: Int

    /// In words that stand alone.
    public var reason: String { "\(waiting) others are waiting to be checked. Try again in a few seconds." }
}
