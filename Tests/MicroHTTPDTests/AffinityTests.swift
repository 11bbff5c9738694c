import Synchronization
import Testing

@testable import MicroHTTPD

extension LiveTests {
    @Suite struct AffinityTests {
        /// Tells which loop and which daemon serve a client.
        private struct PlaceHandler: AccessHandler {
            func affinity(of head: [UInt8]) -> UInt64? {
                head.starts(with: "GET /together ".utf8) ? 0x0000_0003_0000_0001 : nil
            }

            func admit(_ request: borrowing Request) -> Admission { .body(upTo: 0) }

            func answer(_ request: consuming Request) -> Answer {
                .later { suspended in
                    let place = "\(suspended.loop.index) \(suspended.daemonIndex)"
                    suspended.resume(with: { Response(status: 200, content: .bytes(Array(place.utf8))) })
                }
            }

            func response(to refusal: Refusal) -> Response { Response(status: 400) }
        }

        private func run(_ body: (EventLoopGroup, (String, Bool) throws -> TestClient) throws -> Void) throws {
            let configuration = Configuration.with {
                $0.daemonsPerLoop = 4
                $0.connectionsPerDaemon = 2
            }
            let group = try EventLoopGroup(
                configuration: configuration, connectionRefusal: Response(status: 503), logger: .silent)
            try group.start(handler: PlaceHandler())
            defer { group.shutDown(within: 2) }
            try body(group) { path, speaksAtOnce in
                let before = group.connectionCount
                let client = try TestClient(port: group.address.port)
                if !speaksAtOnce {
                    eventually("it is accepted") { group.connectionCount == before + 1 }
                    // Whichever loop has accepted it has looked at it, too, before it is held.
                    Hold(group.loops).letGo()
                }
                try client.request("GET", path)
                return client
            }
        }

        @Test(arguments: [true, false])
        func clientsOfOneAffinity_ShareADaemon_UntilItIsFull(speakAtOnce: Bool) throws {
            try run { _, open in
                let clients = try (0..<6).map { _ in try open("/together", speakAtOnce) }
                let places = try clients.map { try $0.response().text }
                // Two loops accept: who came later may be placed first.
                #expect(places.sorted() == ["1 0", "1 0", "1 3", "1 3", "1 3", "1 3"])
            }
        }

        @Test func otherClients_AreSpread() throws {
            try run { _, open in
                let clients = try (0..<8).map { _ in try open("/alone", true) }
                let places = try clients.map { try $0.response().text }
                #expect(Set(places).count >= 6)
            }
        }

        /// Or all that posts would be on the loop that has a few streams fewer.
        @Test func otherClients_AreSpread_HoweverTheStreamsAre() throws {
            try run { _, open in
                let streams = try (0..<20).map { _ in try open("/together", true) }
                for stream in streams { _ = try stream.response() }
                var loops: [Character: Int] = [:]
                let clients = try (0..<16).map { _ in
                    let client = try open("/alone", true)
                    loops[try client.response().text.first!, default: 0] += 1
                    return client
                }
                withExtendedLifetime((streams, clients)) {}
                // One more or less by chance: which loop accepts a client, and one more that is not given away.
                #expect(loops.values.min() ?? 0 >= 7 && loops.count == 2, "\(loops)")
            }
        }

        @Test func silentClient_HasItsPlaceAfterAWhile_AndIsServedThen() throws {
            try run { group, _ in
                let client = try TestClient(port: group.address.port)
                eventually("a loop serves it") { group.loops.contains { $0.load.load(ordering: .relaxed) == 1 } }
                try client.request("GET", "/together")
                try #expect(client.response().status == 200)
            }
        }

        @Test func silentClients_AreClosedAtShutdown() throws {
            var clients: [TestClient] = []
            try run { group, _ in
                clients = try (0..<5).map { _ in try TestClient(port: group.address.port) }
                eventually("they are accepted") { group.connectionCount == 5 }
            }
            for client in clients { #expect(client.isClosed(within: 5)) }
        }
    }
}
