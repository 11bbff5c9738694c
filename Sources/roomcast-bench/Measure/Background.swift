import Dispatch
import Synchronization

/// Work on a thread of its own, and what comes of it.
final class Background<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)

    /// Begins at once.
    init(_ work: @escaping @Sendable () throws -> Value) {
        DispatchQueue(label: "roomcast-bench.background", qos: .userInitiated).async { [self] in
            let value = Result { try work() }
            result.withLock { $0 = value }
        }
    }

    /// `nil` until it has ended.
    var outcome: Result<Value, any Error>? { result.withLock { $0 } }
}
