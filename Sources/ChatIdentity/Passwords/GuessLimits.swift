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
struct Guesses {
    private var count = 0
    private var lastAt: Int64 = 0
    private var freeAt: Int64 = 0

    /// How long until there can be another.
    func wait(at now: Int64) -> Int64 { max(0, freeAt - now) }

    mutating func add(at now: Int64, within limits: GuessLimits) {
        if now - lastAt > GuessLimits.memory.nanoseconds { count = 0 }
        count += 1
        lastAt = now
        guard count >= limits.freeGuesses else { return }
        // More doublings than this are longer than any wait.
        let doublings = min(count - limits.freeGuesses, 30)
        let wait = limits.firstWait * (1 << doublings)
        freeAt = now + min(wait, limits.longestWait).nanoseconds
    }

    mutating func takeBack(within limits: GuessLimits) {
        count = max(0, count - 1)
        if count < limits.freeGuesses { freeAt = 0 }
    }
}

extension Duration {
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
