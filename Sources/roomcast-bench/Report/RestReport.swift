/// What streams cost at rest. The stored names are those of the JSON report.
struct RestReport: Report {
    let streams: Int
    /// Streams that got no heartbeat while it was measured.
    let streamsSilent: Int
    let streamsEnded: Int
    let seconds: Double
    /// Of one core.
    let serverPercent: Double

    init(streams: Int, silent: Int, ended: Int, before: Usage, after: Usage) {
        self.streams = streams
        streamsSilent = silent
        streamsEnded = ended
        seconds = after.time.seconds(since: before.time)
        serverPercent = ((after.serverCPU ?? 0) - (before.serverCPU ?? 0)) / seconds * 100
    }

    var failure: String? {
        if streamsEnded > 0 { return "the server ended \(streamsEnded) streams" }
        return streamsSilent > 0 ? "\(streamsSilent) streams heard nothing" : nil
    }

    var rows: [(name: String, value: String)] {
        [
            ("streams", "\(streams)"), ("seconds", seconds.decimals(1)),
            ("server CPU, % of a core", serverPercent.decimals(2)),
            ("streams silent, ended", "\(streamsSilent), \(streamsEnded)"),
        ]
    }
}
