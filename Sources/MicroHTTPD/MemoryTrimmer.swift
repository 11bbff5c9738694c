internal import CLinux
@preconcurrency internal import Dispatch

/// Gives memory back to the system after many clients have left. The allocator keeps what 10,000 connections freed, in case
/// as many come again; an operator sees a server that never shrinks.
final class MemoryTrimmer: Sendable {
    private static let interval = DispatchTimeInterval.seconds(5)
    /// So many fewer connections than there were since the last trim make one worth its some milliseconds.
    private static let worthwhile = 500
    private let timer: any DispatchSourceTimer

    /// - Parameter connections: how many there are now, and the most there were since it was last asked.
    init(connections: @escaping @Sendable () -> (now: Int, peak: Int)) {
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "microhttpd.memory", qos: .utility))
        let most = Most()
        timer.setEventHandler {
            let (now, peak) = connections()
            most.value = max(most.value, peak)
            guard most.value - now >= Self.worthwhile else { return }
            malloc_trim(0)
            most.value = now
        }
        timer.schedule(deadline: .now() + Self.interval, repeating: Self.interval)
        timer.resume()
    }

    func stop() {
        timer.cancel()
    }

    private final class Most: @unchecked Sendable {
        // Unchecked: touched on the timer's queue only.
        var value = 0
    }
}
