internal import Dispatch
internal import Synchronization

/// What a completion will be given, for a thread that has nothing else to do than to wait for it.
final class Awaited<Value: Sendable>: Sendable {
    private let given = DispatchSemaphore(value: 0)
    private let value = Mutex<Value?>(nil)

    /// Any thread, once.
    func give(_ value: Value) {
        self.value.withLock { $0 = value }
        given.signal()
    }

    func take() -> Value {
        given.wait()
        return value.withLock { $0! }
    }

    /// - Returns: `nil` when it did not come in time.
    func take(within seconds: Int) -> Value? {
        _ = given.wait(timeout: .now() + .seconds(seconds))
        return value.withLock { $0 }
    }
}
