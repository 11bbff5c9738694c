/// Measures how costs grow, on one server with a long log.
struct GrowthRun {
    private static let fillPosters = 256

    let server: PeerServer
    /// That of the messages in the log.
    private let marker = Marker()

    init(_ server: PeerServer) {
        self.server = server
    }

    /// Fills the log, with many posters over connections that stay.
    func fill(messages: Int) throws {
        let report = try FanoutRun(
            target: server.target, processes: nil, plan: RoomPlan(rooms: 1, posters: Self.fillPosters, streams: 0),
            textSize: 100, amount: .posts(messages), timeout: 900, marker: marker
        ).measure()
        guard report.postsAcknowledged == messages, report.postsRefused == 0 else {
            throw BenchError("of \(messages) posts \(report.postsAcknowledged) were acknowledged")
        }
    }

    /// The newest entry of the room, by its id: what a client has that has missed nothing.
    func head() throws -> Int {
        struct History: Decodable {
            struct Message: Decodable { let id: Int }
            let messages: [Message]
        }
        let history = try server.endpoint.get(History.self, "/rooms/bench-0/messages?limit=1")
        guard let newest = history.messages.last else { throw BenchError("the log is empty") }
        return newest.id
    }

    /// W2 without other streams and with so many: CPU per delivery with to that without.
    func others(_ count: Int, seconds: Double) throws -> Double {
        let alone = try paced(streams: 1000, others: 0, seconds: seconds)
        let among = try paced(streams: 1000, others: count, seconds: seconds)
        guard let before = alone.serverMicrosecondsPerDelivery, let after = among.serverMicrosecondsPerDelivery,
            before > 0
        else { throw BenchError("the server used no CPU that could be measured: make --seconds longer") }
        return after / before
    }

    /// Seconds that one client takes.
    func resume(behind: Int, head: Int) throws -> Double {
        try ResumeRun(target: server.target, marker: marker, clients: 1, behind: behind, after: head - behind).measure()
    }

    /// Those who resume have a thread of their own, as they have machines of their own elsewhere: read on the one that measures, a
    /// million messages would themselves be what live posts wait for.
    ///
    /// - Parameters:
    ///   - head: the newest entry of ``fill(messages:)``.
    /// - Returns: the p99 of live posts' deliveries while the clients resume, to that before.
    func storm(clients: Int, behind: Int, head: Int, seconds: Double) throws -> Double {
        // What the server still has to do for the posts before would make it larger, and the ratio to it smaller.
        let before = try (0..<3).map { _ in
            try paced(streams: 100, others: 0, seconds: seconds).latencyP99Milliseconds
        }
        let usual = before.min() ?? 0
        let plan = RoomPlan(rooms: 1, posters: 4, streams: 100)
        let liveMarker = Marker()
        let deadline = MonotonicTime.now() + 180
        let posters = try server.target.posters(plan, marker: liveMarker, textSize: 100)
        let live = try StreamGroup(
            consumer: DeliveryCounter(marker: liveMarker, plan: plan, times: posters.times),
            readyMarker: server.target.readyMarker)
        defer { live.close() }
        try live.open(
            plan.streams, until: deadline, progress: { _ in }, connect: { try server.target.connectStream($0, plan) })
        try live.watch(posters.poller)
        try posters.open(until: deadline)
        try posters.start(posts: .max, rate: 100)
        let run = ResumeRun(
            target: server.target, marker: marker, clients: clients, behind: behind, after: head - behind)
        live.consumer.restartLatencies()
        let resumption = Background { try run.measure() }
        while resumption.outcome == nil {
            try live.poll(milliseconds: 5)
            try posters.poll(milliseconds: 0)
        }
        let duration = try resumption.outcome!.get()
        posters.stop()
        // What was posted meanwhile and comes late counts, too.
        while !posters.isDone || live.consumer.ledger.delivered < posters.expectedDeliveries {
            try live.poll(milliseconds: 100)
            try posters.poll(milliseconds: 0)
            guard MonotonicTime.now() < deadline else { throw BenchError("live deliveries are missing") }
        }
        let meanwhile = Double(live.consumer.latencies.quantile(0.99)) / 1e6
        Progress.say(
            "storm: \(clients) clients resumed in \(duration.decimals(2)) s; live p99 \(meanwhile.decimals(2)) ms, "
                + "usually \(usual.decimals(2)) ms")
        return meanwhile / usual
    }

    /// Per cent of a core.
    func rest(streams: Int) throws -> Double {
        let report = try RestRun(
            target: server.target, processes: try server.processes(), streams: streams, settle: 20, seconds: 30
        ).measure()
        if let failure = report.failure { throw BenchError(failure) }
        return report.serverPercent
    }

    private func paced(streams: Int, others: Int, seconds: Double) throws -> FanoutReport {
        let report = try FanoutRun(
            target: server.target, processes: try server.processes(),
            plan: RoomPlan(rooms: 1, posters: 4, streams: streams), others: others, textSize: 100,
            amount: .seconds(seconds), rate: 100
        ).measure()
        if let failure = report.failure { throw BenchError(failure) }
        return report
    }
}
