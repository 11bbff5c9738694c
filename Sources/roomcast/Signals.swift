@preconcurrency internal import Dispatch
internal import Foundation

/// SIGTERM and SIGINT: the first asks the server to stop, the second ends the process at once.
final class Signals: Sendable {
    private static let exitCodeAfterSecond: Int32 = 130
    private let first = DispatchSemaphore(value: 0)
    private let sources: [any DispatchSourceSignal]

    /// Takes the signals over; before any thread is started that could get them.
    init() {
        signal(SIGPIPE, SIG_IGN)
        // Over a limit on the size of files a write shall fail, as on a full disk.
        signal(SIGXFSZ, SIG_IGN)
        let queue = DispatchQueue(label: "roomcast.signals")
        let first = first
        let seen = Counter()
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                seen.value += 1
                if seen.value > 1 { _exit(Self.exitCodeAfterSecond) }
                first.signal()
            }
            source.resume()
            return source
        }
    }

    func waitForFirst() {
        first.wait()
    }

    private final class Counter: @unchecked Sendable {
        // Unchecked: touched on the signals' queue only.
        var value = 0
    }
}
