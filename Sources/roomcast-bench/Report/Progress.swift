import Glibc

/// Tells how a long run goes on: one line on standard error that is written over, if that is a terminal.
struct Progress {
    private static let interval = 0.5

    private let isShown = isatty(STDERR_FILENO) == 1
    private let start = MonotonicTime.now()
    private var next = MonotonicTime.now() + interval
    private var isDirty = false

    mutating func note(_ text: @autoclosure () -> String) {
        guard isShown else { return }
        let now = MonotonicTime.now()
        guard now > next else { return }
        next = now + Self.interval
        isDirty = true
        Self.write("\r\u{1b}[K\(Int(now.seconds(since: start))) s: \(text())")
    }

    /// Takes the line away.
    mutating func end() {
        if isDirty { Self.write("\r\u{1b}[K") }
        isDirty = false
    }

    /// A line that stays, whatever standard error is.
    static func say(_ line: String) {
        write(line + "\n")
    }

    private static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
