internal import ArgumentParser
internal import MicroHTTPD

/// What a client's slowness may cost.
struct DeadlineOptions: ParsableArguments {
    static let flags = ["header-timeout", "body-timeout", "stall-timeout"]

    @Option(
        help: ArgumentHelp(
            "Seconds from the connection, or from a further request's first line, to the end of the headers.",
            valueName: "seconds"))
    var headerTimeout = Deadlines().headers

    @Option(
        help: ArgumentHelp(
            "Seconds from the end of the headers to the end of the body.", valueName: "seconds"))
    var bodyTimeout = Deadlines().body

    @Option(
        help: ArgumentHelp(
            "Seconds after which a client is cut off that takes nothing of what is sent to it; a stream resumes.",
            valueName: "seconds"))
    var stallTimeout = Deadlines().stalledWriter

    func validate() throws {
        for (name, seconds) in [("header", headerTimeout), ("body", bodyTimeout), ("stall", stallTimeout)] {
            guard (1...3600).contains(seconds) else {
                throw ValidationError("--\(name)-timeout is a number from 1 to 3600.")
            }
        }
    }

    func apply(to deadlines: inout Deadlines) {
        deadlines.headers = headerTimeout
        deadlines.body = bodyTimeout
        deadlines.stalledWriter = stallTimeout
    }
}
