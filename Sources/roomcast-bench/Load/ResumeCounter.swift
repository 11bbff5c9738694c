/// Counts the messages that resuming streams get of those that they missed.
struct ResumeCounter: StreamConsumer {
    private let scanner: MarkerScanner
    private let wanted: Int
    private var counts: [Int]
    /// Streams that got all that they missed since the last ``takeFinished()``.
    private var finished: [Int] = []
    private(set) var finishedCount = 0
    /// Messages beyond those that were missed.
    private(set) var surplus = 0
    private(set) var lastMessage: MonotonicTime?

    /// - Parameters:
    ///   - marker: that of the missed messages; others are not counted.
    ///   - wanted: how many each stream missed.
    init(streams: Int, marker: Marker, wanted: Int) {
        scanner = MarkerScanner(marker)
        self.wanted = wanted
        counts = Array(repeating: 0, count: streams)
    }

    var total: Int { counts.reduce(0, +) }

    mutating func takeFinished() -> [Int] {
        defer { finished.removeAll(keepingCapacity: true) }
        return finished
    }

    mutating func consume(_ body: UnsafeRawBufferPointer, of stream: Int, at time: MonotonicTime) throws -> Int {
        var count = counts[stream]
        let before = count
        let kept = scanner.scan(body) { _, _ in count += 1 }
        guard count > before else { return kept }
        counts[stream] = count
        lastMessage = time
        if count > wanted { surplus += 1 }
        if before < wanted && count >= wanted {
            finishedCount += 1
            finished.append(stream)
        }
        return kept
    }
}
