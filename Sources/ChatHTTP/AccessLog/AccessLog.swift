@preconcurrency internal import Dispatch
public import Logging
internal import Synchronization

/// A line for each request that was answered.
///
/// Standard error may make whoever writes to it wait, say for a terminal that was stopped: so lines are handed to a queue of
/// their own, and are dropped and counted when that falls behind.
public final class AccessLog: MetricSource {
    /// The logger's, so that a level for the rest does not hide these lines.
    public static let label = "roomcast.access"
    /// Entries that wait to be written; one is 1 KB at most.
    static let waitingLimit = 10_000

    private let logger: Logger
    private let queue = DispatchQueue(label: "roomcast.access-log", qos: .utility)
    private let waiting = Mutex<[AccessLogEntry]>([])
    private let dropped = Counter()
    /// Of these, what the log has told; on the queue.
    private let told = Counter()

    public init(logger: Logger) {
        self.logger = logger
    }

    /// Any thread; waits for nothing.
    func record(_ entry: AccessLogEntry) {
        let count = waiting.withLock { waiting in
            guard waiting.count < Self.waitingLimit else { return -1 }
            waiting.append(entry)
            return waiting.count
        }
        switch count {
        case -1: dropped.add()
        case 1: queue.async { [self] in write() }
        // The one before has its turn under way already.
        default: break
        }
    }

    private func write() {
        let entries = waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        for entry in entries { logger.info(entry.message, metadata: entry.metadata) }
        let untold = dropped.value - told.value
        if untold > 0 {
            told.add(untold)
            logger.warning(
                "Lines were dropped: they came faster than they could be written", metadata: ["count": "\(untold)"])
        }
    }

    /// Waits until everything so far has been written. Not on a loop.
    public func flush() {
        queue.sync {}
    }

    public func collect(_ completion: @escaping @Sendable ([MetricFamily]) -> Void) {
        completion([
            MetricFamily(
                .counter, "roomcast_access_log_dropped_total",
                "Lines of the access log that could not be written in time.",
                dropped.value)
        ])
    }
}
