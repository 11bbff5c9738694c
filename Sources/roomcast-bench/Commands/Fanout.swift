import ArgumentParser

/// Workloads W1 to W5: posts to rooms, flat out or at a rate, to many streams.
struct Fanout: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Post to rooms that many streams follow, flat out or at planned times.",
        discussion: """
            Streams are spread over the rooms; each poster goes round all of them. With --rate a latency counts from the \
            time that the post was planned for, even if no poster was free. Ends with 1 when a delivery is missing, \
            doubled, out of order or in another room.
            """)

    @OptionGroup var target: TargetOptions

    @Option(help: "Rooms, numbered from 0.")
    var rooms = 1

    @Option(help: "Streams besides, which get no post.")
    var others = 0

    @Option(help: "Connections that post, each waiting for its answer.")
    var posters = 4

    @Option(help: "Posts a second of all posters; without it each posts as fast as it is answered.")
    var rate: Double?

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
        guard rooms > 0, others >= 0 else { throw ValidationError("--rooms must be positive, --others not negative") }
        guard posts == nil || seconds == nil else { throw ValidationError("give --posts or --seconds, not both") }
        guard posts ?? 1 > 0, seconds ?? 1 > 0 else { throw ValidationError("--posts and --seconds must be positive") }
        guard rate ?? 1 > 0 else { throw ValidationError("--rate must be positive") }
        guard textBytes >= Marker.size else { throw ValidationError("--text-bytes must be at least \(Marker.size)") }
    }

    func run() throws {
        let run = FanoutRun(
            target: try target.target(), processes: try target.processes(),
            plan: RoomPlan(rooms: rooms, posters: posters, streams: target.streams), others: others,
            textSize: textBytes, amount: posts.map { .posts($0) } ?? .seconds(seconds ?? 10), rate: rate,
            patience: patience, timeout: target.timeout)
        let report = try run.measure()
        try report.print(asJSON: target.json)
        if let failure = report.failure {
            Progress.say("FAILED: \(failure)")
            throw ExitCode.failure
        }
    }
}
