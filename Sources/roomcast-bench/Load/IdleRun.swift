import Glibc

/// One measurement of idle streams, from the server without them to the server without them.
struct IdleRun {
    let target: Target
    let processes: ServerProcesses
    let streams: Int
    /// Bytes.
    let textSize: Int
    let heartbeatEvent: String
    let heartbeats: Int
    /// Seconds.
    let settle: Double
    /// Seconds, for everything before the streams are closed.
    let timeout: Double

    func measure() throws -> IdleReport {
        try DescriptorLimit.require(streams + 1)
        let deadline = MonotonicTime.now() + timeout
        var progress = Progress()
        defer { progress.end() }
        let plan = RoomPlan(rooms: 1, posters: 1, streams: streams)
        let before = Footprint(of: processes)

        let marker = Marker()
        let listener = IdleListener(
            streams: streams, marker: marker, heartbeatEvent: heartbeatEvent, heartbeats: heartbeats)
        let subscribers = try StreamGroup(consumer: listener, readyMarker: target.readyMarker)
        try subscribers.open(
            streams, until: deadline,
            progress: { ready in
                progress.note("\(ready) of \(streams) streams are ready")
            }, connect: { try target.connectStream($0, plan) })
        let ready = Footprint(of: processes)

        try post(marker, plan, to: subscribers, until: deadline, &progress)
        let afterMessage = Footprint(of: processes)

        while heartbeats > 0 && subscribers.consumer.calmCount < streams {
            progress.note("\(subscribers.consumer.calmCount) of \(streams) streams had \(heartbeats) heartbeats")
            try step(subscribers, until: deadline, "heartbeats")
        }
        let afterHeartbeats = Footprint(of: processes)

        subscribers.close()
        return IdleReport(
            streams: streams, before: before, ready: ready, afterMessage: afterMessage,
            afterHeartbeats: afterHeartbeats, afterClose: awaitReturn(to: before))
    }

    private func post(
        _ marker: Marker, _ plan: RoomPlan, to subscribers: StreamGroup<IdleListener>, until deadline: MonotonicTime,
        _ progress: inout Progress
    ) throws {
        let poster = try target.posters(plan, marker: marker, textSize: textSize)
        try poster.open(until: deadline)
        try poster.start(posts: 1)
        while poster.acknowledged == 0 || subscribers.consumer.reachedCount < streams {
            progress.note("\(subscribers.consumer.reachedCount) of \(streams) streams have the message")
            try poster.poll(milliseconds: 0)
            try step(subscribers, until: deadline, "the message")
        }
    }

    private func step(
        _ subscribers: StreamGroup<IdleListener>, until deadline: MonotonicTime, _ awaited: String
    ) throws {
        try subscribers.poll(milliseconds: 20)
        guard subscribers.endedCount == 0 else { throw BenchError("the server ended an idle stream") }
        guard MonotonicTime.now() < deadline else {
            throw BenchError("not every stream got \(awaited) within \(timeout) s")
        }
    }

    /// Waits until descriptors and memory are back, or time is up.
    private func awaitReturn(to before: Footprint) -> Footprint {
        let limit = MonotonicTime.now() + settle
        var now = Footprint(of: processes)
        while MonotonicTime.now() < limit && (now.descriptors > before.descriptors || now.memory > before.memory) {
            usleep(200_000)
            now = Footprint(of: processes)
        }
        return now
    }
}
