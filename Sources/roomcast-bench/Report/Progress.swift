import Glibc

/// Tells on standard error how a long run goes on, a line every few seconds.
struct Progress {
    private static let interval = 5.0

    private let start = MonotonicTime.now()
    private var next = MonotonicTime.now() + interval

    mutating func note(_ text: @autoclosure () -> String) {
        let now = MonotonicTime.now()
        guard now > next else { return }
        next = now + Self.interval
        Self.say("\(Int(now.seconds(since: start))) s: \(text())")
    }

    static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
