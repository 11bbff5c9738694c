/// What idle streams cost. The stored names are those of the JSON report.
struct IdleReport: Report {
    let streams: Int
    let before: Footprint
    /// All streams are open, none has had a message.
    let ready: Footprint
    let afterMessage: Footprint
    let afterHeartbeats: Footprint
    let afterClose: Footprint
    /// After the heartbeats, in units of 1,000 bytes.
    let kilobytesPerStream: Double

    init(
        streams: Int, before: Footprint, ready: Footprint, afterMessage: Footprint, afterHeartbeats: Footprint,
        afterClose: Footprint
    ) {
        self.streams = streams
        self.before = before
        self.ready = ready
        self.afterMessage = afterMessage
        self.afterHeartbeats = afterHeartbeats
        self.afterClose = afterClose
        kilobytesPerStream = Self.kilobytes(from: before, to: afterHeartbeats, streams)
    }

    var failure: String? {
        let open = afterClose.descriptors - before.descriptors
        return open > 0 ? "\(open) descriptors are still open" : nil
    }

    var rows: [(name: String, value: String)] {
        func row(_ name: String, _ footprint: Footprint) -> (name: String, value: String) {
            let memory = "\((Double(footprint.memory) / 1e6).decimals(1)) MB"
            let each = Self.kilobytes(from: before, to: footprint, streams).decimals(2)
            return (name, "\(memory), \(each) KB per stream, \(footprint.descriptors) descriptors")
        }
        return [
            ("streams", "\(streams)"), row("before", before), row("ready", ready),
            row("after one message", afterMessage), row("after heartbeats", afterHeartbeats),
            row("after closing", afterClose), ("KB per idle stream", kilobytesPerStream.decimals(2)),
        ]
    }

    private static func kilobytes(from before: Footprint, to after: Footprint, _ streams: Int) -> Double {
        Double(after.memory - before.memory) / Double(streams) / 1000
    }
}
