import ArgumentParser

/// Workload W6: what a stream costs that has nothing to do.
struct Idle: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure the server's resident memory per idle stream.",
        discussion: """
            Opens the streams, posts one message to all, waits for heartbeats, reads the memory, then closes the streams \
            and watches descriptors and memory return. Ends with 1 when a stream misses the message or a heartbeat, or \
            descriptors stay open. Start the server anew for it: memory that it kept from other streams is not counted.
            """)

    @OptionGroup var target: TargetOptions

    @Option(help: "Bytes of text in the one message.")
    var textBytes = 6144

    @Option(help: "Heartbeats that each stream must get after the message.")
    var heartbeats = 2

    @Option(help: "The name of the heartbeat's event.")
    var heartbeatEvent = "heartbeat"

    @Option(help: "Seconds that descriptors and memory have to return after the streams are closed.")
    var settle = 30.0

    func validate() throws {
        guard !target.pid.isEmpty else { throw ValidationError("memory cannot be read without --pid") }
        guard textBytes >= Marker.size else { throw ValidationError("--text-bytes must be at least \(Marker.size)") }
        guard heartbeats >= 0, settle >= 0 else {
            throw ValidationError("--heartbeats and --settle cannot be negative")
        }
    }

    func run() throws {
        guard let processes = try target.processes() else { return }
        let run = IdleRun(
            target: try target.target(), processes: processes, streams: target.streams,
            textSize: textBytes, heartbeatEvent: heartbeatEvent, heartbeats: heartbeats, settle: settle,
            timeout: target.timeout)
        let report = try run.measure()
        try report.print(asJSON: target.json)
        if let failure = report.failure {
            Progress.say("FAILED: \(failure)")
            throw ExitCode.failure
        }
    }
}
