import Glibc
import MicroHTTPD
import Synchronization
import Testing

extension LiveTests {
    /// What is said to streams while a loop has hundreds of requests before it.
    @Suite struct BusyLoopTests {
        private static let clients = 200
        private let reader = StreamReader()
        private let overtaking = Overtaking()

        /// Clients that came together and now speak together, as after a restart of the server.
        @Test func message_DoesNotWaitForAllWhoHaveJustCome() throws {
            try TestServer.run(handler(takingMicroseconds: 0), configuration: .with { $0.loops = 1 }) { server in
                let stream = try stream(of: server)
                let clients = try (0..<Self.clients).map { _ in try server.client() }
                eventually("all are accepted") { server.group.connectionCount > Self.clients }
                try messageOvertakes(clients, of: server, to: stream)
            }
        }

        /// Clients that have been there, two on a daemon.
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

        /// How many requests had been handled when the stream was asked again for bytes.
        private final class Overtaking: Sendable {
            private struct State {
                var handled = 0
                var readsBefore = 0
                var handledBefore: Int?
            }

            private let state = Mutex(State())

            var handledBefore: Int? { state.withLock { $0.handledBefore } }

            /// On the loop's thread. Something is said during the tenth request.
            func requestHandled(_ reader: StreamReader) {
                let speaks = state.withLock { state in
                    if state.handled > 9, state.handledBefore == nil, reader.reads > state.readsBefore {
                        state.handledBefore = state.handled
                    }
                    state.handled += 1
                    if state.handled == 10 { state.readsBefore = reader.reads }
                    return state.handled == 10
                }
                if speaks { reader.say("said") }
            }
        }

        private func handler(takingMicroseconds duration: UInt32) -> TestHandler {
            TestHandler(routes: [
                "/stream": { [reader] _ in .now(Response(status: 200, content: .stream(reader))) },
                "/work": { [reader, overtaking] _ in
                    // The request's work, on the loop: a pass has room for a millisecond of it.
                    usleep(duration)
                    overtaking.requestHandled(reader)
                    return .text("done")
                },
            ])
        }

        private func stream(of server: TestServer) throws -> TestClient {
            let client = try server.client()
            try client.request("GET", "/stream")
            _ = try client.head()
            eventually("it sleeps") { reader.isSuspended }
            return client
        }

        private func messageOvertakes(_ clients: [TestClient], of server: TestServer, to stream: TestClient) throws {
            let hold = Hold(server.group.loops)
            for client in clients { try client.request("GET", "/work") }
            hold.letGo()
            try #expect(stream.chunk() == Array("said".utf8))
            for client in clients { try #expect(client.response().text == "done") }
            let before = try #require(overtaking.handledBefore, "all requests came first")
            #expect(before < 40, "\(before) of \(Self.clients) requests came first")
        }
    }
}
