internal import DequeModule
internal import Dispatch
internal import Synchronization

/// Does work that takes its time, on a few threads of its own, in order; and refuses it where too much waits already.
final class BoundedQueue: Sendable {
    private struct State {
        var idle: [DispatchQueue]
        var waiting: Deque<@Sendable () -> Void> = []
    }

    private let threadCount: Int
    private let waitingLimit: Int
    private let state: Mutex<State>

    /// - Parameter threads: works at once.
    init(label: String, threads: Int, waitingLimit: Int) {
        threadCount = threads
        self.waitingLimit = waitingLimit
        // A serial queue has a thread of its own while it has work. A concurrent one would share as few as there are cores
        // with all others of its kind.
        state = Mutex(State(idle: (0..<threads).map { _ in DispatchQueue(label: label, qos: .utility) }))
    }

    /// Any thread; never waits.
    func async(_ work: @escaping @Sendable () -> Void) throws(BusyError) {
        // While something waits, no thread is idle: the newcomer never overtakes.
        let thread: DispatchQueue? = try state.withLock { (state) throws(BusyError) in
            if let thread = state.idle.popLast() { return thread }
            guard state.waiting.count < waitingLimit else { throw BusyError(waiting: state.waiting.count) }
            state.waiting.append(work)
            return nil
        }
        guard let thread else { return }
        thread.async {
            work()
            while let work = self.next(on: thread) { work() }
        }
    }

    /// What waits or is being done.
    var pending: Int { state.withLock { threadCount - $0.idle.count + $0.waiting.count } }

    private func next(on thread: DispatchQueue) -> (@Sendable () -> Void)? {
        state.withLock { state in
            let work = state.waiting.popFirst()
            if work == nil { state.idle.append(thread) }
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
