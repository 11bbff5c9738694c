import Logging
import MicroHTTPD

/// A group of loops on a free port for as long as `body` of `run` takes.
struct TestServer {
    let group: EventLoopGroup

    var port: UInt16 { group.address.port }

    /// Serves while `body` runs, then shuts down, whether `body` succeeds or throws.
    static func run(
        _ handler: TestHandler = TestHandler(), logger: Logger = .silent, shutDownWithin seconds: Double = 2,
        configure: (inout Configuration) -> Void = { _ in }, _ body: (TestServer) throws -> Void
    ) throws {
        let server = try started(handler, logger: logger, configure: configure)
        defer { server.group.shutDown(within: seconds) }
        try body(server)
    }

    /// For a test that shuts down itself.
    static func started(
        _ handler: TestHandler = TestHandler(), logger: Logger = .silent,
        configure: (inout Configuration) -> Void = { _ in }
    ) throws -> TestServer {
        var configuration = Configuration()
        configuration.port = 0
        configuration.daemonsPerLoop = 4
        configure(&configuration)
        let refusal = Response(status: 503, headers: [Header("Retry-After", "1")], content: .bytes(Array("full".utf8)))
        let server = TestServer(
            group: try EventLoopGroup(configuration: configuration, connectionRefusal: refusal, logger: logger))
        try server.group.start(handler: handler)
        return server
    }

    func client(receiveBuffer: Int32? = nil) throws -> TestClient {
        try TestClient(port: port, receiveBuffer: receiveBuffer)
    }

    /// Sends one request on a connection of its own.
    func fetch(_ method: String = "GET", _ target: String, body: String = "") throws -> TestResponse {
        let client = try client()
        try client.request(method, target, body: body)
        return try client.response(to: method)
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
