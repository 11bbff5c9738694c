import MicroHTTPD
import Synchronization

/// What the server's threads have handed to the test, in their order.
final class Collected<Element: Sendable>: Sendable {
    private let values = Mutex<[Element]>([])

    var all: [Element] { values.withLock { $0 } }
    var count: Int { values.withLock { $0.count } }

    func append(_ value: Element) {
        values.withLock { $0.append(value) }
    }
}

extension Collected<SuspendedRequest> {
    /// Suspends each request at `path`, and collects it.
    func handler(at path: String) -> TestHandler {
        TestHandler(routes: [path: { _ in .later { self.append($0) } }])
    }
}
