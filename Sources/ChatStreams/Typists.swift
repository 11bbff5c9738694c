/// Who typed in one room lately, so that nobody is told of more often than once in a while.
struct Typists {
    /// Milliseconds between two events about one person.
    static let interval: Int64 = 3000
    /// More people than this who type at once are not told of.
    static let limit = 100

    private var lastTold: [String: Int64] = [:]

    /// Whether others are to be told that somebody types.
    mutating func types(_ name: String, at now: Int64) -> Bool {
        if let last = lastTold[name], now - last < Self.interval { return false }
        if lastTold.count >= Self.limit { lastTold = lastTold.filter { now - $0.value < Self.interval } }
        guard lastTold.count < Self.limit else { return false }
        lastTold[name] = now
        return true
    }
}
