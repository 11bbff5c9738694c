/// What a fan-out gave. The stored names are those of the JSON report.
struct FanoutReport: Report {
    let streams: Int
    let otherStreams: Int
    let rooms: Int
    let posters: Int
    /// Planned posts a second; `nil`: flat out.
    let rate: Double?
    let textBytes: Int
    let postsAcknowledged: Int
    let postsRefused: Int
    let deliveries: Int
    let deliveriesMissing: Int
    let deliveriesDuplicated: Int
    let deliveriesLate: Int
    let distinctOrders: Int
    let streamsEnded: Int
    /// From the first post to the last delivery.
    let seconds: Double
    let deliveriesPerSecond: Double
    let postsPerSecond: Double
    let serverMicrosecondsPerDelivery: Double?
    let serverMicrosecondsPerPost: Double?
    let serverCores: Double?
    let generatorCores: Double
    /// What neither the server nor the generator used: much of it spoils the run.
    let otherCores: Double?
    let latencyP50Milliseconds: Double
    let latencyP99Milliseconds: Double
    let latencyP999Milliseconds: Double
    let latencyMaxMilliseconds: Double
    let serverMegabytesBefore: Double?
    let serverMegabytesAfter: Double?

    init(
        plan: RoomPlan, others: Int, rate: Double?, textBytes: Int, posts: PosterGroup,
        subscribers: StreamGroup<DeliveryCounter>, before: Usage, after: Usage
    ) {
        let counter = subscribers.consumer
        let ledger = counter.ledger
        streams = plan.streams
        otherStreams = others
        rooms = plan.rooms
        posters = plan.posters
        self.rate = rate
        self.textBytes = textBytes
        postsAcknowledged = posts.acknowledged
        postsRefused = posts.refused
        deliveries = ledger.delivered
        deliveriesMissing = posts.expectedDeliveries - ledger.delivered
        deliveriesDuplicated = ledger.duplicated
        deliveriesLate = ledger.late
        distinctOrders = ledger.distinctOrders(rooms: plan.rooms)
        streamsEnded = subscribers.endedCount
        seconds = (counter.lastDelivery ?? after.time).seconds(since: before.time)
        deliveriesPerSecond = Double(ledger.delivered) / seconds
        let posting = (posts.lastAcknowledgement ?? after.time).seconds(since: before.time)
        postsPerSecond = Double(posts.acknowledged) / posting
        // CPU time is read when waiting ends, which for a run that misses deliveries is after the last one.
        let elapsed = after.time.seconds(since: before.time)
        let serverCPU = after.serverCPU.flatMap { end in before.serverCPU.map { end - $0 } }
        serverMicrosecondsPerDelivery = serverCPU.map { $0 * 1e6 / Double(max(1, ledger.delivered)) }
        serverMicrosecondsPerPost = serverCPU.map { $0 * 1e6 / Double(max(1, posts.acknowledged)) }
        serverCores = serverCPU.map { $0 / elapsed }
        let generatorCPU = after.generatorCPU - before.generatorCPU
        generatorCores = generatorCPU / elapsed
        let machineCPU = after.machineCPU - before.machineCPU
        otherCores = serverCPU.map { max(0, machineCPU - $0 - generatorCPU) / elapsed }
        func milliseconds(_ share: Double) -> Double { Double(counter.latencies.quantile(share)) / 1e6 }
        latencyP50Milliseconds = milliseconds(0.5)
        latencyP99Milliseconds = milliseconds(0.99)
        latencyP999Milliseconds = milliseconds(0.999)
        latencyMaxMilliseconds = Double(counter.latencies.maximum) / 1e6
        serverMegabytesBefore = before.serverMemory.map { Double($0) / 1e6 }
        serverMegabytesAfter = after.serverMemory.map { Double($0) / 1e6 }
    }

    var failure: String? {
        var reasons: [String] = []
        if postsAcknowledged == 0 { reasons.append("no post was acknowledged") }
        if deliveriesMissing > 0 { reasons.append("\(deliveriesMissing) deliveries are missing") }
        if deliveriesMissing < 0 { reasons.append("\(-deliveriesMissing) deliveries are of posts never acknowledged") }
        if deliveriesDuplicated > 0 { reasons.append("\(deliveriesDuplicated) deliveries are doubled") }
        if deliveriesLate > 0 { reasons.append("\(deliveriesLate) deliveries are out of order") }
        if streamsEnded > 0 { reasons.append("the server ended \(streamsEnded) streams") }
        if reasons.isEmpty && distinctOrders > 1 {
            reasons.append("the streams saw \(distinctOrders) different orders")
        }
        return reasons.isEmpty ? nil : reasons.joined(separator: ", ")
    }

    var rows: [(name: String, value: String)] {
        let unknown = "unknown without --pid"
        func megabytes(_ value: Double?) -> String { value.map { $0.decimals(1) } ?? unknown }
        return [
            ("streams, rooms, others", "\(streams), \(rooms), \(otherStreams)"),
            (
                "posters, text bytes, planned posts/s",
                "\(posters), \(textBytes), \(rate.map { $0.decimals(0) } ?? "flat out")"
            ),
            ("deliveries/s", deliveriesPerSecond.decimals(0)),
            ("acknowledged posts/s", postsPerSecond.decimals(0)),
            ("server CPU per delivery, µs", serverMicrosecondsPerDelivery.map { $0.decimals(2) } ?? unknown),
            ("server CPU per post, µs", serverMicrosecondsPerPost.map { $0.decimals(2) } ?? unknown),
            ("server CPU, cores", serverCores.map { $0.decimals(2) } ?? unknown),
            ("generator CPU, cores", generatorCores.decimals(2)),
            ("other processes' CPU, cores", otherCores.map { $0.decimals(2) } ?? unknown),
            ("latency p50, ms", latencyP50Milliseconds.decimals(2)),
            ("latency p99, ms", latencyP99Milliseconds.decimals(2)),
            ("latency p99.9, ms", latencyP999Milliseconds.decimals(2)),
            ("latency max, ms", latencyMaxMilliseconds.decimals(2)),
            ("server resident before, MB", megabytes(serverMegabytesBefore)),
            ("server resident after, MB", megabytes(serverMegabytesAfter)),
            ("posts acknowledged, refused", "\(postsAcknowledged), \(postsRefused)"),
            ("deliveries, seconds", "\(deliveries), \(seconds.decimals(1))"),
            ("missing, doubled, late", "\(deliveriesMissing), \(deliveriesDuplicated), \(deliveriesLate)"),
            ("orders seen, streams ended", "\(distinctOrders), \(streamsEnded)"),
        ]
    }
}
