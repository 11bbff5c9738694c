import Logging
import MicroHTTPD

/// A group of loops on a free port for as long as `body` of `run` takes.
struct TestServer {
    let group: EventLoopGroup

    var port: UInt16 { group.address.port }

    /// Serves while `body` runs, then shuts down, whether `body` succeeds or throws.
    static func run(
        _ handler: TestHandler = TestHandler(), logger: Logger = .silent, shutDownWithin seconds: Double = 2,
        configuration: Configuration = .with { _ in }, _ body: (TestServer) throws -> Void
    ) throws {
        let server = try started(handler, logger: logger, configuration: configuration)
        defer { server.group.shutDown(within: seconds) }
        try body(server)
    }

    /// For a test that shuts down itself.
    static func started(
        _ handler: TestHandler = TestHandler(), logger: Logger = .silent,
        configuration: Configuration = .with { _ in }
    ) throws -> TestServer {
        let refusal = Response(status: 503, headers: [Header("Retry-After", "1")], content: .bytes(Array("full".utf8)))
        let server = TestServer(
            group: try EventLoopGroup(
                configuration: configuration, connectionRefusal: refusal,
                addressRefusal: Response(status: 503, content: .bytes(Array("yours are full".utf8))), logger: logger))
        try server.group.start(handler: handler)
        return server
    }

    /// - Parameters: see `TestClient`.
    func client(receiveBuffer: Int32? = nil, source: UInt8 = 1) throws -> TestClient {
        try TestClient(port: port, receiveBuffer: receiveBuffer, source: source)
    }

    /// Sends one request on a connection of its own.
    func fetch(_ method: String = "GET", _ target: String, body: String = "") throws -> TestResponse {
        let client = try client()
        try client.request(method, target, body: body)
        return try client.response(to: method)
    }
}

extension Configuration {
    /// A free port, few daemons, and what a test wants otherwise.
    static func with(_ change: (inout Configuration) -> Void) -> Configuration {
        var configuration = Configuration()
        configuration.port = 0
        configuration.daemonsPerLoop = 4
        configuration.connectionsPerDaemon = 1
        change(&configuration)
        return configuration
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
