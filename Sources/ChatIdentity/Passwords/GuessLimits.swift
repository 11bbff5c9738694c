/// How many wrong guesses are free, and how long the next ones wait.
public struct GuessLimits: Hashable, Sendable {
    public let freeGuesses: Int
    /// After the last free one; each further one doubles it.
    public let firstWait: Duration
    public let longestWait: Duration

    /// After so long without a guess the count begins anew.
    static let memory: Duration = .seconds(900)

    /// Some 1,400 guesses a day at an account.
    public static let perAccount = GuessLimits(freeGuesses: 5, firstWait: .seconds(1), longestWait: .seconds(60))
    /// People behind one address share it, and none of their right passwords counts.
    public static let perAddress = GuessLimits(freeGuesses: 20, firstWait: .seconds(1), longestWait: .seconds(60))

    /// - Parameters:
    ///   - freeGuesses: at least one.
    ///   - longestWait: at most 15 minutes, as long as a count is remembered.
    public init(freeGuesses: Int, firstWait: Duration, longestWait: Duration) {
        self.freeGuesses = max(1, freeGuesses)
        self.firstWait = firstWait
        self.longestWait = min(longestWait, Self.memory)
    }
}

/// The guesses that were made in one respect, in nanoseconds of a clock that never goes back.
///
/// Nothing is kept that follows from the rest: so an attempt that turns out to be no wrong guess leaves no trace, whatever
/// was begun or found to be wrong meanwhile.
struct Guesses {
    /// Those that were wrong.
    private var count = 0
    /// When the last of these was begun.
    private var lastAt: Int64 = 0
    /// When those were begun that are being looked at.
    private var open: [Int64] = []

    var isEmpty: Bool { count == 0 && open.isEmpty }

    /// How long until there can be another. What is being looked at counts as wrong.
    func wait(at now: Int64, within limits: GuessLimits) -> Int64 {
        var count = open.count
        let isForgotten = open.min().map { Self.isForgotten(lastAt, at: $0) } ?? false
        if !isForgotten { count += self.count }
        guard count >= limits.freeGuesses else { return 0 }
        // More doublings than this are longer than any wait.
        let doublings = min(count - limits.freeGuesses, 30)
        let wait = min(limits.firstWait * (1 << doublings), limits.longestWait).nanoseconds
        return max(0, max(lastAt, open.max() ?? lastAt) + wait - now)
    }

    mutating func begin(at time: Int64) { open.append(time) }

    /// What was begun then was wrong.
    mutating func fail(begunAt time: Int64) {
        takeBack(begunAt: time)
        if Self.isForgotten(lastAt, at: time) { count = 0 }
        count += 1
        lastAt = max(lastAt, time)
    }

    /// What was begun then is no wrong guess.
    mutating func takeBack(begunAt time: Int64) {
        if let index = open.firstIndex(of: time) { open.remove(at: index) }
    }

    /// What was begun then was right, and who knows that is forgiven what was wrong before.
    mutating func forgive(begunAt time: Int64) {
        takeBack(begunAt: time)
        count = 0
    }

    private static func isForgotten(_ last: Int64, at time: Int64) -> Bool {
        time - last > GuessLimits.memory.nanoseconds
    }
}

extension Duration {
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
