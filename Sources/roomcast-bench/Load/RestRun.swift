import Glibc

/// What open streams cost when nothing is posted at all.
struct RestRun {
    let target: Target
    let processes: ServerProcesses
    let streams: Int
    /// Seconds between the last stream's opening and the measurement, in which what opening left to do gets done.
    let settle: Double
    /// Seconds that are measured; longer than the time between two heartbeats.
    let seconds: Double
    /// Seconds, for the opening.
    var timeout = 120.0

    /// Notes which streams get anything.
    private struct Listener: StreamConsumer {
        var heard: [Bool]

        mutating func consume(_ body: UnsafeRawBufferPointer, of stream: Int, at time: MonotonicTime) throws -> Int {
            heard[stream] = true
            return 0
        }
    }

    func measure() throws -> RestReport {
        try DescriptorLimit.require(streams)
        var progress = Progress()
        defer { progress.end() }
        let silence = [Bool](repeating: false, count: streams)
        let group = try StreamGroup(consumer: Listener(heard: silence), readyMarker: target.readyMarker)
        defer { group.close() }
        let plan = RoomPlan(rooms: 1, posters: 1, streams: streams)
        try group.open(
            streams, until: .now() + timeout,
            progress: { ready in
                progress.note("\(ready) of \(streams) streams are ready")
            }, connect: { try target.connectStream($0, plan) })
        try listen(group, for: settle, "settling", &progress)
        group.consumer.heard = silence
        let before = Usage(of: processes)
        try listen(group, for: seconds, "measuring", &progress)
        let after = Usage(of: processes)
        return RestReport(
            streams: streams, silent: group.consumer.heard.count { !$0 }, ended: group.endedCount, before: before,
            after: after)
    }

    private func listen(
        _ group: StreamGroup<Listener>, for seconds: Double, _ stage: String, _ progress: inout Progress
    ) throws {
        let end = MonotonicTime.now() + seconds
        while MonotonicTime.now() < end {
            try group.poll(milliseconds: 100)
            progress.note(stage)
        }
    }
}
