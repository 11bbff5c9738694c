/// What the committing thread has done since the log was opened, and how it stands now.
public struct CommitStatistics: Sendable {
    public internal(set) var postsStored = 0
    /// Answered with the message that was stored under the same key before.
    public internal(set) var repeats = 0
    /// Not taken for what they say themselves.
    public internal(set) var postsRejected = 0
    /// Not stored, or perhaps not, because the log failed.
    public internal(set) var postsFailed = 0
    /// Not taken because too many were waiting.
    public internal(set) var postsRefused = 0

    /// Batches of posts.
    public internal(set) var batches = 0
    public internal(set) var failedBatches = 0
    /// Posts in a committed batch.
    public internal(set) var batchSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
    /// Seconds that a committed batch took, sync and all.
    public internal(set) var commitSeconds = Histogram(
        bounds: [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1])

    public internal(set) var checkpoints = 0
    /// Events that retention has removed.
    public internal(set) var expiredEvents = 0

    /// Now waiting for the committing thread.
    public internal(set) var waitingPosts = 0
    public internal(set) var waitingBytes = 0
    /// Bytes of the database, and of the log file beside it (`-wal`), which is kept at its size and overwritten.
    public internal(set) var databaseSize = 0
    public internal(set) var logFileSize = 0
}

/// How often a value lay in which range.
public struct Histogram: Sendable {
    /// Upper ends, included, rising.
    public let bounds: [Double]
    /// One for each bound, of the values above the bound before it; and a last one, of the values above all bounds.
    public private(set) var counts: [Int]
    /// Of all values.
    public private(set) var sum = 0.0

    public init(bounds: [Double]) {
        self.bounds = bounds
        counts = [Int](repeating: 0, count: bounds.count + 1)
    }

    public mutating func record(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }
}
