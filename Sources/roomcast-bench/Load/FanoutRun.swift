/// One fan-out from opening the streams to the last delivery.
struct FanoutRun {
    enum Amount {
        case posts(Int)
        case seconds(Double)
    }

    let target: Target
    let processes: ServerProcesses?
    let plan: RoomPlan
    /// Streams that are open besides, and get no post.
    var others = 0
    /// Bytes.
    let textSize: Int
    let amount: Amount
    /// Posts a second of all posters; `nil`: flat out.
    var rate: Double?
    /// Seconds without a delivery after which the missing ones are given up.
    var patience = 10.0
    /// Seconds, for the whole run.
    var timeout = 120.0
    /// By which the posts can be found again later.
    var marker = Marker()

    func measure() throws -> FanoutReport {
        let streams = plan.streams + others
        try DescriptorLimit.require(streams + plan.posters)
        let deadline = MonotonicTime.now() + timeout
        var progress = Progress()
        defer { progress.end() }
        let group = try target.posters(plan, marker: marker, textSize: textSize)
        let counter = DeliveryCounter(marker: marker, plan: plan, times: group.times)
        let subscribers = try StreamGroup(consumer: counter, readyMarker: target.readyMarker)
        defer { subscribers.close() }
        try subscribers.open(
            streams, until: deadline,
            progress: { ready in
                progress.note("\(ready) of \(streams) streams are ready")
            }, connect: { try target.connectStream($0, plan) })
        try subscribers.watch(group.poller)
        try group.open(until: deadline)

        let before = Usage(of: processes)
        try post(with: group, to: subscribers, until: deadline, &progress)
        try awaitDeliveries(from: group, to: subscribers, until: deadline, &progress)
        let after = Usage(of: processes)

        return FanoutReport(
            plan: plan, others: others, rate: rate, textBytes: textSize, posts: group, subscribers: subscribers,
            before: before, after: after)
    }

    private func post(
        with group: PosterGroup, to subscribers: StreamGroup<DeliveryCounter>, until deadline: MonotonicTime,
        _ progress: inout Progress
    ) throws {
        var end = deadline
        switch amount {
        case .posts(let count): try group.start(posts: count, rate: rate)
        case .seconds(let seconds):
            end = min(deadline, MonotonicTime.now() + seconds)
            try group.start(posts: .max, rate: rate)
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
        let expected = group.expectedDeliveries
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
