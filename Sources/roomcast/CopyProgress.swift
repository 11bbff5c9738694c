internal import Foundation

/// Tells on standard error how far a copy has come: in place on a terminal, and a line now and then elsewhere.
final class CopyProgress {
    /// Nothing is told of what is done by then, in seconds.
    private static let grace = 2.0
    private static let terminalInterval = 0.2
    private static let lineInterval = 10.0

    private let isTerminal: Bool
    private var next: ContinuousClock.Instant
    private var hasTold = false

    init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) {
        self.isTerminal = isTerminal
        next = .now + .seconds(isTerminal ? Self.terminalInterval : Self.grace)
    }

    func tell(_ done: Int, _ all: Int) {
        guard ContinuousClock.now >= next else { return }
        next = .now + .seconds(isTerminal ? Self.terminalInterval : Self.lineInterval)
        hasTold = true
        write("\(isTerminal ? "\r" : "")\(ByteCount(done)) of \(ByteCount(all)) copied\(isTerminal ? "   " : "\n")")
    }

    func end() {
        if hasTold && isTerminal { write("\n") }
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}

/// A number of bytes for people.
struct ByteCount: CustomStringConvertible {
    let bytes: Int

    init(_ bytes: Int) {
        self.bytes = bytes
    }

    var description: String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var (value, unit) = (Double(bytes), 0)
        while value >= 1024 && unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(bytes) bytes" : String(format: "%.1f %@", value, units[unit])
    }
}
