internal import Synchronization

/// A number that any thread may change, for the cost of one instruction.
final class Counter: Sendable {
    private let number = Atomic<Int>(0)

    func add(_ count: Int = 1) {
        number.add(count, ordering: .relaxed)
    }

    var value: Int { number.load(ordering: .relaxed) }
}
