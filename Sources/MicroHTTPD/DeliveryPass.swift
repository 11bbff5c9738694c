/// Gathers the streams that have something to read, and resumes them together.
///
/// Each resume makes libmicrohttpd walk all suspended connections of that daemon, and each write is a system call however
/// little it carries: so under load it pays to let messages gather for a moment. After a pass the next waits, about as
/// long as the last one worked; when the loop has been idle for that long, there is no wait at all.
struct DeliveryPass {
    /// Microseconds.
    private static let shortestPause: Int64 = 2_000
    private static let longestPause: Int64 = 10_000

    private var waiting: ContiguousArray<Connection> = []
    private var notBefore: Int64 = 0
    private var begunAt: Int64 = 0

    mutating func add(_ connection: Connection) {
        waiting.append(connection)
    }

    /// Resumes all that wait, if it is time; whether it was.
    mutating func begin(at now: Int64) -> Bool {
        guard !waiting.isEmpty && now >= notBefore else { return false }
        begunAt = now
        for connection in waiting { connection.deliver() }
        waiting.removeAll(keepingCapacity: true)
        return true
    }

    /// What was resumed has been written.
    mutating func end(at now: Int64) {
        notBefore = now + min(max(now - begunAt, Self.shortestPause), Self.longestPause)
    }

    /// Milliseconds until the next pass, rounded up; none is wanted when nobody waits.
    func wait(from now: Int64) -> Int64 {
        waiting.isEmpty ? .max : max(0, (notBefore - now + 999) / 1000)
    }
}
