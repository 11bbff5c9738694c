public import Chat
internal import Foundation

/// The clock by which messages grow old: the system's, but never further ahead than time has passed since this was made.
///
/// A clock that is set years ahead by mistake would have retention remove everything, and nothing would bring it back. So a
/// jump forward counts for nothing until the next start, while one back only puts removal off. Any thread.
public struct AgeingClock: Sendable {
    /// How far the system's clock may gain, in milliseconds: more than any correction that is none of a mistake.
    static let slack: Int64 = 3_600_000

    private let system: @Sendable () -> Timestamp
    private let elapsed: @Sendable () -> Int64
    private let start: Int64
    private let elapsedAtStart: Int64

    public init() {
        self.init(system: Timestamp.now, elapsed: Self.millisecondsSinceBoot)
    }

    /// - Parameter elapsed: milliseconds from any moment on, by a clock that nobody sets.
    init(system: @escaping @Sendable () -> Timestamp, elapsed: @escaping @Sendable () -> Int64) {
        self.system = system
        self.elapsed = elapsed
        start = system().millisecondsSince1970
        elapsedAtStart = elapsed()
    }

    public var now: Timestamp {
        let most = start + elapsed() - elapsedAtStart + Self.slack
        return min(system(), Timestamp(millisecondsSince1970: most))
    }

    /// It counts on while the machine sleeps.
    private static func millisecondsSinceBoot() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
