import ArgumentParser

/// Nothing that was acknowledged is lost, at full speed too.
struct Kill9: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill9",
        abstract: "Post flat out, kill -9 the server amid it, and look for every acknowledged post.",
        discussion: """
            Starts Roomcast itself, posts as W5 does, kills it, starts it again with the same data, and reads the room \
            from its beginning. Ends with 1 when an acknowledged post is missing, or one is there twice.
            """)

    @Option(help: "Connections that post, each waiting for its answer.")
    var posters = 32

    @Option(help: "Seconds of posting before the kill.")
    var seconds = 5.0

    @Option(help: "Times that this is done, each with a new log.")
    var rounds = 1

    @Flag(help: "Print the reports as JSON.")
    var json = false

    @OptionGroup var places: PlaceOptions

    func validate() throws {
        guard 1...Marker.maximumPosters ~= posters else { throw ValidationError("--posters must be 1 to 65536") }
        guard rounds > 0, seconds > 0 else { throw ValidationError("--rounds and --seconds must be positive") }
    }

    func run() throws {
        let installation = try places.installation()
        let work = try places.workFolder()
        var failed = false
        for _ in 1...rounds {
            let folder = try work.next("kill9")
            let report = try KillRun(
                installation: installation, folder: folder, posters: posters, seconds: seconds
            ).measure()
            work.remove(folder)
            try report.print(asJSON: json)
            if let failure = report.failure {
                Progress.say("FAILED: \(failure)")
                failed = true
            }
        }
        if failed { throw ExitCode.failure }
    }
}
