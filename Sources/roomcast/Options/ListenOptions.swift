internal import ArgumentParser
internal import MicroHTTPD

/// Where the server listens, and how many clients it takes.
struct ListenOptions: ParsableArguments {
    static let flags = ["host", "port", "loops", "max-connections", "connections-per-address"]

    @Option(
        help: ArgumentHelp("The name or address to listen at; 0.0.0.0 or :: for every interface.", valueName: "host"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port to listen at; 0 picks a free one, off is for TLS alone.", valueName: "port"))
    var port = OrOff.value(UInt16(8080))

    @Option(help: ArgumentHelp("Threads that serve connections. (default: one for each processor)", valueName: "count"))
    var loops: Int?

    @Option(
        help: ArgumentHelp(
            "Connections at once; others are told to come back. (default: what the limit of open files allows)",
            valueName: "count"))
    var maxConnections: Int?

    @Option(
        help: ArgumentHelp(
            "Connections of one address (IPv6: of one /64) at once, or off; those of a --trusted-proxy are not counted. "
                + "(default: half of all that there may be)",
            valueName: "count"))
    var connectionsPerAddress: OrOff<Int>?

    func validate() throws {
        guard loops.map({ (1...64).contains($0) }) ?? true else {
            throw ValidationError("--loops is a number from 1 to 64.")
        }
        guard maxConnections.map({ $0 > 0 }) ?? true else { throw ValidationError("--max-connections is at least 1.") }
        guard connectionsPerAddress?.value.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--connections-per-address is at least 1, or off.")
        }
    }

    func apply(to settings: inout Server.Settings) {
        settings.host = host
        settings.port = port.value
        settings.maxConnections = maxConnections
        settings.connectionsPerAddress =
            switch connectionsPerAddress {
            case nil: .half
            case .off: .unlimited
            case .value(let count): .most(count)
            }
    }
}
