/// Counts what a fan-out delivers, and how late.
struct DeliveryCounter: StreamConsumer {
    private let scanner: MarkerScanner
    private let posters: Int
    private let times: PostTimes
    private(set) var ledger: DeliveryLedger
    private(set) var latencies = LatencyHistogram()
    private(set) var lastDelivery: MonotonicTime?

    init(marker: Marker, streams: Int, posters: Int, times: PostTimes) {
        scanner = MarkerScanner(marker)
        self.posters = posters
        self.times = times
        ledger = DeliveryLedger(streams: streams, posters: posters)
    }

    mutating func consume(_ body: UnsafeRawBufferPointer, of stream: Int, at time: MonotonicTime) throws -> Int {
        var isForeign = false
        let kept = scanner.scan(body) { poster, sequence in
            guard let sent = times[poster, sequence] else {
                isForeign = true
                return
            }
            guard ledger.record(stream: stream, poster: poster, sequence: sequence) == .delivered else { return }
            latencies.record(nanoseconds: time - sent)
            lastDelivery = time
        }
        if isForeign { throw BenchError("a stream delivered a post that was never sent") }
        return kept
    }
}
