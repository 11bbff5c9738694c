import Dispatch
import Glibc
import MicroHTTPD
import Testing

/// Waits for something to come true, and records an issue if it does not in time.
@discardableResult
func eventually(
    _ what: Comment, within seconds: Double = TestClient.patience, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () -> Bool
) -> Bool {
    let deadline = Clock.now + seconds
    while !condition() {
        guard Clock.now < deadline else {
            Issue.record(what, sourceLocation: sourceLocation)
            return false
        }
        usleep(1000)
    }
    return true
}

extension EventLoop {
    /// Does `work` on the loop's thread and returns what it returns.
    func call<Result: Sendable>(_ work: @escaping @Sendable () -> Result) -> Result {
        let results = Collected<Result>()
        let done = DispatchSemaphore(value: 0)
        post {
            results.append(work())
            done.signal()
        }
        precondition(done.wait(timeout: .now() + TestClient.patience) == .success, "the loop does not answer")
        return results.all[0]
    }

    /// Seconds that the loop's thread has worked.
    var cpuSeconds: Double {
        call {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
    }
}
