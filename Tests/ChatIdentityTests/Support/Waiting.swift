import Dispatch
import Synchronization

/// Waits for what a completion is called with, from another thread.
func answer<Value: Sendable>(
    _ start: (@escaping @Sendable (Value) -> Void) throws -> Void
) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let result = Mutex<Value?>(nil)
    try start { value in
        result.withLock { $0 = value }
        done.signal()
    }
    guard done.wait(timeout: .now() + 30) == .success else { throw NoAnswer() }
    return result.withLock { $0! }
}

struct NoAnswer: Error {}
