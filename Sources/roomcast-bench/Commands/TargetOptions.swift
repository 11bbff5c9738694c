import ArgumentParser

/// What every workload asks about the server.
struct TargetOptions: ParsableArguments {
    @Option(help: "The server's address.")
    var url = "http://127.0.0.1:8080"

    @Option(help: "The event stream; {room} and {stream} become their numbers.")
    var subscribePath = "/rooms/bench-{room}/events"

    @Option(help: "Where posts go; {room} and {poster} become their numbers.")
    var postPath = "/rooms/bench-{room}/messages?user=b{poster}"

    @Option(help: "The body of a post, with {marker} and {padding} once each; {room} and {poster} if need be.")
    var postBody = #"{"text":"{marker}{padding}"}"#

    @Option(help: "The event stream of --others; {stream} becomes the stream's number.")
    var othersPath = "/rooms/others/events"

    @Option(help: "The Content-Type of a post.")
    var contentType = "application/json"

    @Option(help: ArgumentHelp("A field for every request, repeatable.", valueName: "name: value"))
    var header: [String] = []

    @Option(help: "How many event streams to open.")
    var streams = 1000

    @Option(
        help: """
            A text in a stream by which the server says that it is live, at most 64 bytes; empty: the response's \
            headers say it.
            """)
    var readyMarker = "caught-up"

    @Option(help: "A process of the server, repeatable; its descendants count too. Without it no CPU time or memory.")
    var pid: [Int32] = []

    @Option(help: "An address to connect streams from, repeatable, such as 127.0.0.2: each has 28,000 ports.")
    var sourceAddress: [String] = []

    @Option(help: "Seconds after which the run is given up.")
    var timeout = 120.0

    @Flag(help: "Print the report as JSON.")
    var json = false

    func validate() throws {
        guard streams >= 0 else { throw ValidationError("--streams cannot be negative") }
        guard timeout > 0 else { throw ValidationError("--timeout must be positive") }
        guard readyMarker.utf8.count <= 64 else { throw ValidationError("--ready-marker is longer than 64 bytes") }
        guard postBody.contains("{marker}") else { throw ValidationError("--post-body has no {marker}") }
    }

    func target() throws -> Target {
        let endpoint = try Endpoint(url: url)
        return Target(
            endpoint: endpoint, requests: RequestTemplate(authority: endpoint.authority, headers: header),
            subscribePath: subscribePath, othersPath: othersPath, postPath: postPath, postBody: postBody,
            contentType: contentType, readyMarker: readyMarker,
            sources: try sourceAddress.map { try SocketAddress(host: $0, port: "0") })
    }

    func processes() throws -> ServerProcesses? {
        pid.isEmpty ? nil : try ServerProcesses(pid)
    }
}
