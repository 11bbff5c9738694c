import Glibc
import MicroHTTPD
import Synchronization
import Testing

extension LiveTests {
    /// What is said to streams while a loop has hundreds of requests before it.
    @Suite struct BusyLoopTests {
        private static let clients = 200
        private let reader = WitnessReader()

        /// Clients that came together and now speak together, as after a restart of the server.
        @Test func message_DoesNotWaitForAllWhoHaveJustCome() throws {
            try TestServer.run(handler(takingMicroseconds: 0), configuration: .with { $0.loops = 1 }) { server in
                let stream = try stream(of: server)
                let clients = try (0..<Self.clients).map { _ in try server.client() }
                eventually("all are accepted") { server.group.connectionCount > Self.clients }
                try messageOvertakes(clients, of: server, to: stream)
            }
        }

        /// Clients that have been there, each on a daemon of its own.
        @Test func message_DoesNotWaitForAllRequestsOfAPass() throws {
            let configuration = Configuration.with {
                $0.loops = 1
                $0.daemonsPerLoop = 128
                $0.connectionsPerDaemon = 2
            }
            try TestServer.run(handler(takingMicroseconds: 1000), configuration: configuration) { server in
                let stream = try stream(of: server)
                let clients = try (0..<Self.clients).map { _ in try server.client() }
                for client in clients {
                    try client.request("GET", "/known")
                    try #expect(client.response().status == 200)
                }
                try messageOvertakes(clients, of: server, to: stream)
            }
        }

        private func handler(takingMicroseconds duration: UInt32) -> TestHandler {
            TestHandler(routes: [
                "/stream": { [reader] _ in .now(Response(status: 200, content: .stream(reader))) },
                "/work": { [reader] _ in
                    usleep(duration)
                    reader.requestHandled()
                    return .text("done")
                },
            ])
        }

        private func stream(of server: TestServer) throws -> TestClient {
            let client = try server.client()
            try client.request("GET", "/stream")
            _ = try client.head()
            return client
        }

        /// All send at once; during the tenth request something is said.
        private func messageOvertakes(_ clients: [TestClient], of server: TestServer, to stream: TestClient) throws {
            let hold = Hold(server.group.loops)
            for client in clients { try client.request("GET", "/work") }
            hold.letGo()
            try #expect(stream.chunk() == Array("said".utf8))
            for client in clients { try #expect(client.response().text == "done") }
            let before = try #require(reader.handledWhenAsked)
            #expect(before < 40, "\(before) of \(Self.clients) requests came first")
        }
    }
}

/// A stream that has something to say once ten requests have been handled, and knows how many had been when it was asked.
private final class WitnessReader: ContentReader, Sendable {
    private struct State {
        var handled = 0
        var handledWhenAsked: Int?
    }

    private let state = Mutex(State())
    /// Used on its loop only.
    private let connection = Mutex<LoopBound?>(nil)

    private struct LoopBound: @unchecked Sendable {
        let connection: Connection
    }

    var handledWhenAsked: Int? { state.withLock { $0.handledWhenAsked } }

    /// On the loop's thread.
    func requestHandled() {
        let handled = state.withLock { state in
            state.handled += 1
            return state.handled
        }
        guard handled == 10, let bound = connection.withLock({ $0 }) else { return }
        // As the Hub does it.
        bound.connection.loop.post { bound.connection.resumeInDeliveryPass() }
    }

    func opened(on connection: Connection) {
        self.connection.withLock { $0 = LoopBound(connection: connection) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ContentReadResult {
        state.withLock { state in
            guard state.handled >= 10, state.handledWhenAsked == nil else { return .suspend }
            state.handledWhenAsked = state.handled
            buffer.copyBytes(from: Array("said".utf8))
            return .bytes(4)
        }
    }

    func closed(_ reason: TerminationReason) {
        connection.withLock { $0 = nil }
    }
}
