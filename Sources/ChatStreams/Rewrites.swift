internal import Synchronization

/// Counts how often earlier events were rewritten: whatever was read before the last time may show what is gone. Any thread.
public final class Rewrites: Sendable {
    private let number = Atomic<UInt64>(0)

    public init() {}

    var count: UInt64 { number.load(ordering: .acquiring) }

    func happened() { number.add(1, ordering: .releasing) }
}
