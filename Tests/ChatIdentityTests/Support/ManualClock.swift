import Chat
import Synchronization

/// Time that passes when a test says so.
final class ManualClock: Sendable {
    // Not 0: what was never begun must not look as if it had begun just now.
    private let nanoseconds = Atomic<Int64>(1_000_000_000_000)

    var now: Int64 { nanoseconds.load(ordering: .sequentiallyConsistent) }

    /// The same as a time of day.
    var timestamp: Timestamp { Timestamp(millisecondsSince1970: 1_800_000_000_000 + now / 1_000_000) }

    func pass(seconds: Double) {
        nanoseconds.add(Int64(seconds * 1e9), ordering: .sequentiallyConsistent)
    }
}
