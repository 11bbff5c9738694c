import ArgumentParser

/// What streams cost that have nothing to do, in processor time.
struct Rest: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure the server's CPU with streams at rest, heartbeats included.",
        discussion: "Ends with 1 when a stream hears nothing while it is measured.")

    @OptionGroup var target: TargetOptions

    @Option(help: "Seconds between opening the streams and the measurement.")
    var settle = 20.0

    @Option(help: "Seconds that are measured, more than the time between two heartbeats.")
    var seconds = 30.0

    func validate() throws {
        guard !target.pid.isEmpty else { throw ValidationError("CPU time cannot be read without --pid") }
        guard settle >= 0, seconds > 0 else { throw ValidationError("--seconds must be positive") }
    }

    func run() throws {
        guard let processes = try target.processes() else { return }
        let report = try RestRun(
            target: try target.target(), processes: processes, streams: target.streams, settle: settle,
            seconds: seconds, timeout: target.timeout
        ).measure()
        try report.print(asJSON: target.json)
        if let failure = report.failure {
            Progress.say("FAILED: \(failure)")
            throw ExitCode.failure
        }
    }
}
