import ArgumentParser

/// Workload W1: posts to one room, flat out, to many streams.
struct Fanout: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Post flat out to one room that many streams follow.",
        discussion: "Ends with 1 when a delivery is missing, doubled or out of order.")

    @OptionGroup var target: TargetOptions

    @Option(help: "Connections that post, each waiting for its answer.")
    var posters = 4

    @Option(help: "Posts altogether; instead of --seconds.")
    var posts: Int?

    @Option(help: "How long to post (default: 10).")
    var seconds: Double?

    @Option(help: "Bytes of text in a post, at least 20.")
    var textBytes = 100

    @Option(help: "Seconds without any delivery after which those that are missing are given up.")
    var patience = 10.0

    func validate() throws {
        guard 1...Marker.maximumPosters ~= posters else { throw ValidationError("--posters must be 1 to 65536") }
        guard posts == nil || seconds == nil else { throw ValidationError("give --posts or --seconds, not both") }
        guard posts ?? 1 > 0, seconds ?? 1 > 0 else { throw ValidationError("--posts and --seconds must be positive") }
        guard textBytes >= Marker.size else { throw ValidationError("--text-bytes must be at least \(Marker.size)") }
    }

    func run() throws {
        let run = FanoutRun(
            target: try target.target(), processes: try target.processes(), streams: target.streams,
            readyMarker: target.readyMarker, posters: posters, textSize: textBytes,
            load: posts.map { .posts($0) } ?? .seconds(seconds ?? 10), patience: patience, timeout: target.timeout)
        let report = try run.measure()
        try report.print(asJSON: target.json)
        if let failure = report.failure {
            Progress.say("FAILED: \(failure)")
            throw ExitCode.failure
        }
    }
}
