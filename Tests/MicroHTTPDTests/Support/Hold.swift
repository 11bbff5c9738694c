import Dispatch
import MicroHTTPD

/// Keeps loops from doing anything until they are let go.
final class Hold: Sendable {
    private let gate = DispatchSemaphore(value: 0)
    private let count: Int

    init(_ loops: [EventLoop]) {
        count = loops.count
        for loop in loops {
            let isHeld = DispatchSemaphore(value: 0)
            loop.post { [gate] in
                isHeld.signal()
                gate.wait()
            }
            isHeld.wait()
        }
    }

    func letGo() {
        for _ in 0..<count { gate.signal() }
    }
}
