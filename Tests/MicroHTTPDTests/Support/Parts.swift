@testable import MicroHTTPD

/// Connections that no socket stands behind, and daemons without any, for what only keeps them.
struct Parts {
    private let group: EventLoopGroup
    private let configuration: Configuration
    private let daemon: Daemon

    init() throws {
        var configuration = Configuration()
        configuration.port = 0
        configuration.loops = 1
        configuration.daemonsPerLoop = 1
        group = try EventLoopGroup(
            configuration: configuration, connectionRefusal: Response(status: 503), logger: .silent)
        daemon = try Daemon(index: 0, loop: group.loops[0], configuration: configuration)
        self.configuration = configuration
    }

    func daemons(_ count: Int) throws -> [Daemon] {
        try (0..<count).map { try Daemon(index: $0, loop: group.loops[0], configuration: configuration) }
    }

    func connection(_ token: ConnectionTable.Token) -> Connection {
        Connection(loop: group.loops[0], daemon: daemon, descriptor: -1, token: token)
    }
}
