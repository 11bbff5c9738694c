import Dispatch
import MicroHTTPD
import Synchronization

/// Keeps loops from doing anything until they are let go, at the latest with this object: a test that fails meanwhile must be
/// able to shut its server down.
final class Hold: Sendable {
    private let gate = DispatchSemaphore(value: 0)
    private let held: Atomic<Int>

    init(_ loops: [EventLoop]) {
        held = Atomic(loops.count)
        for loop in loops {
            let isHeld = DispatchSemaphore(value: 0)
            loop.post { [gate] in
                isHeld.signal()
                gate.wait()
            }
            isHeld.wait()
        }
    }

    deinit {
        letGo()
    }

    func letGo() {
        for _ in 0..<held.exchange(0, ordering: .relaxed) { gate.signal() }
    }
}
