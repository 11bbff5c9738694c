/// One fan-out from opening the streams to the last delivery.
struct FanoutRun {
    enum Load {
        case posts(Int)
        case seconds(Double)
    }

    let target: Target
    let processes: ServerProcesses?
    let streams: Int
    let readyMarker: String
    let posters: Int
    /// Bytes.
    let textSize: Int
    let load: Load
    /// Seconds.
    let patience: Double
    /// Seconds, for the whole run.
    let timeout: Double

    func measure() throws -> FanoutReport {
        try DescriptorLimit.require(streams + posters)
        let deadline = MonotonicTime.now() + timeout
        var progress = Progress()
        let marker = Marker()
        let group = try target.posters(posters, marker: marker, textSize: textSize)
        let counter = DeliveryCounter(marker: marker, streams: streams, posters: posters, times: group.times)
        let subscribers = try StreamGroup(consumer: counter, readyMarker: readyMarker)
        try subscribers.open(
            streams, until: deadline,
            progress: { ready in
                progress.note("\(ready) of \(streams) streams are ready")
            }, connect: target.connectStream)
        try subscribers.watch(group)

        let before = Usage(of: processes)
        try post(with: group, to: subscribers, until: deadline, &progress)
        try awaitDeliveries(from: group, to: subscribers, until: deadline, &progress)
        let after = Usage(of: processes)

        return FanoutReport(
            streams: streams, posters: posters, textBytes: textSize, posts: group, subscribers: subscribers,
            before: before, after: after)
    }

    private func post(
        with group: PosterGroup, to subscribers: StreamGroup<DeliveryCounter>, until deadline: MonotonicTime,
        _ progress: inout Progress
    ) throws {
        var end = deadline
        switch load {
        case .posts(let count): try group.start(posts: count)
        case .seconds(let seconds):
            end = min(deadline, MonotonicTime.now() + seconds)
            try group.start(posts: .max)
        }
        while !group.isDone {
            try step(group, subscribers)
            progress.note("\(group.acknowledged) posts, \(subscribers.consumer.ledger.delivered) deliveries")
            let now = MonotonicTime.now()
            if now > end { group.stop() }
            guard now < deadline + patience else { throw BenchError("the server has not answered a post in time") }
        }
    }

    private func awaitDeliveries(
        from group: PosterGroup, to subscribers: StreamGroup<DeliveryCounter>, until deadline: MonotonicTime,
        _ progress: inout Progress
    ) throws {
        let expected = group.acknowledged * streams
        var delivered = subscribers.consumer.ledger.delivered
        var limit = MonotonicTime.now() + patience
        while delivered < expected && MonotonicTime.now() < min(limit, deadline + patience) {
            try step(group, subscribers)
            guard subscribers.consumer.ledger.delivered > delivered else { continue }
            delivered = subscribers.consumer.ledger.delivered
            limit = MonotonicTime.now() + patience
            progress.note("waiting: \(delivered) of \(expected) deliveries")
        }
    }

    private func step(_ group: PosterGroup, _ subscribers: StreamGroup<DeliveryCounter>) throws {
        try subscribers.poll(milliseconds: 100)
        try group.poll(milliseconds: 0)
    }
}
