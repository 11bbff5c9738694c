/// Counts what a fan-out delivers, and how late.
struct DeliveryCounter: StreamConsumer {
    private let scanner: MarkerScanner
    private let plan: RoomPlan
    private let times: PostTimes
    private(set) var ledger: DeliveryLedger
    private(set) var latencies = LatencyHistogram()
    private(set) var lastDelivery: MonotonicTime?

    init(marker: Marker, plan: RoomPlan, times: PostTimes) {
        scanner = MarkerScanner(marker)
        self.plan = plan
        self.times = times
        ledger = DeliveryLedger(streams: plan.streams, posters: plan.posters)
    }

    /// Forgets how late deliveries were until now, to see those of the time that begins.
    mutating func restartLatencies() {
        latencies = LatencyHistogram()
    }

    mutating func consume(_ body: UnsafeRawBufferPointer, of stream: Int, at time: MonotonicTime) throws -> Int {
        guard stream < plan.streams else { return 0 }
        var isForeign = false
        var isAstray = false
        let room = plan.room(ofStream: stream)
        let kept = scanner.scan(body) { poster, sequence in
            guard let sent = times[poster, sequence] else {
                isForeign = true
                return
            }
            guard plan.room(ofPoster: poster, sequence: sequence) == room else {
                isAstray = true
                return
            }
            let ordinal = plan.ordinal(ofSequence: sequence)
            guard ledger.record(stream: stream, poster: poster, sequence: ordinal) == .delivered else { return }
            latencies.record(nanoseconds: time - sent)
            lastDelivery = time
        }
        if isForeign { throw BenchError("a stream delivered a post that was never sent") }
        if isAstray { throw BenchError("a stream delivered a post of another room") }
        return kept
    }
}
