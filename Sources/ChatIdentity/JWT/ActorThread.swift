internal import Dispatch
internal import Synchronization

/// Runs what an actor of another library does on a thread of its own, for a caller that may wait. Swift's own threads are as
/// few as cores, and a caller on one of them would wait for ever.
final class ActorThread: TaskExecutor {
    private static let shared = ActorThread()

    private let queue = DispatchQueue(label: "roomcast.actor")

    /// Waits until the work is done, which is to be short. Any thread that may wait.
    static func wait<Result: Sendable>(for work: @escaping @Sendable () async -> Result) -> Result {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result?>(nil)
        Task(executorPreference: shared) {
            let value = await work()
            result.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        return result.withLock { $0! }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
