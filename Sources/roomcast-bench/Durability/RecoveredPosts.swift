/// How often each post of a run came in a replay.
struct RecoveredPosts: StreamConsumer {
    private let scanner: MarkerScanner
    private var counts: [[UInt8]]
    private(set) var lastPost = MonotonicTime.now()
    private(set) var total = 0

    init(marker: Marker, posters: Int) {
        scanner = MarkerScanner(marker)
        counts = Array(repeating: [], count: posters)
    }

    mutating func consume(_ body: UnsafeRawBufferPointer, of stream: Int, at time: MonotonicTime) throws -> Int {
        let kept = scanner.scan(body) { poster, sequence in
            guard poster < counts.count else { return }
            let missing = sequence + 1 - counts[poster].count
            if missing > 0 { counts[poster] += repeatElement(0, count: missing) }
            counts[poster][sequence] = counts[poster][sequence] &+ 1
            total += 1
        }
        lastPost = time
        return kept
    }

    /// Held against what each poster was told is stored: the first so many of its posts.
    struct Outcome {
        var lost = 0
        var doubled = 0
        /// Stored, though the answer that says so was cut off.
        var unacknowledged = 0
    }

    func outcome(acknowledged: [Int]) -> Outcome {
        var outcome = Outcome()
        for (found, promised) in zip(counts, acknowledged) {
            outcome.lost += max(0, promised - found.count)
            outcome.lost += found.prefix(promised).count { $0 == 0 }
            outcome.doubled += found.count { $0 > 1 }
            outcome.unacknowledged += found.dropFirst(promised).count { $0 > 0 }
        }
        return outcome
    }
}
