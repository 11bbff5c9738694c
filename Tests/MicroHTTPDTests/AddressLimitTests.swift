import Testing

@testable import MicroHTTPD

extension LiveTests {
    /// What one address may have of the connections.
    @Suite struct AddressLimitTests {
        private static func limited(
            to count: Int, _ change: (inout Configuration) -> Void = { _ in }
        ) -> Configuration {
            .with {
                $0.connectionsPerAddress = .most(count)
                change(&$0)
            }
        }

        @Test(arguments: [false, true])
        func addressOverItsLimit_IsTold_AndOthersAreServed(speakAtOnce: Bool) throws {
            try TestServer.run(configuration: Self.limited(to: 2)) { server in
                var clients = try (0..<2).map { _ in try server.client() }
                if speakAtOnce {
                    for client in clients {
                        try client.request("GET", "/")
                        try #expect(client.response().status == 200)
                    }
                } else {
                    eventually("they are there") { server.group.connectionCount == 2 }
                }
                let refused = try server.client()
                let response = try refused.response()
                #expect(response.status == 503)
                #expect(response.text == "yours are full")
                #expect(refused.isClosed(within: 5))
                #expect(server.group.connectionCount == 2)
                #expect(server.group.connectionsRefusedToAddresses == 1)
                #expect(server.group.refusedConnectionCount == 0)

                let other = try server.client(source: 2)
                try other.request("GET", "/")
                try #expect(other.response().status == 200)

                clients.removeLast()
                eventually("one has left") { server.group.connectionCount == 2 }
                try #expect(server.fetch("GET", "/").status == 200)
            }
        }

        @Test func sharedAddress_IsNotCounted() throws {
            let configuration = Self.limited(to: 1) { $0.isSharedAddress = { $0 == IPAddress("127.0.0.2") } }
            try TestServer.run(configuration: configuration) { server in
                let clients = try (0..<5).map { _ in try server.client(source: 2) }
                for client in clients {
                    try client.request("GET", "/")
                    try #expect(client.response().status == 200)
                }
                #expect(server.group.countedAddresses == 0)
                let counted = try server.client()
                eventually("it is there") { server.group.countedAddresses == 1 }
                try #expect(server.client().response().status == 503)
                withExtendedLifetime((clients, counted)) {}
            }
        }

        @Test func whoeverLeaves_GivesOnePlaceBack_WhereverTheyWere() throws {
            let certificate = try TestCertificate()
            let configuration = try certificate.configuration { $0.connectionsPerAddress = .most(50) }
            try TestServer.run(configuration: configuration) { server in
                var clients = [try server.client()]
                for round in 0..<400 {
                    eventually("some have left") { server.group.connectionCount < 10 }
                    let client = try round % 8 < 5 ? server.client() : TestClient(port: server.tlsPort)
                    switch round % 8 {
                    case 0: break
                    // A reset that comes before the loop has looked, and leaves the socket without another end.
                    case 1, 5: client.reset()
                    case 2: try client.send("GET / HT")
                    case 3: try client.send([22, 3, 1, 2, 0, 1, 0, 1])
                    case 4:
                        try client.request("GET", "/")
                        try #expect(client.response().status == 200)
                    case 6: try client.send("GET / HTTP/1.1\r\n\r\n")
                    default: try client.send([22, 3, 1, 2, 0, 1, 0, 1])
                    }
                }
                eventually("all others are gone") { server.group.connectionCount == 1 }
                #expect(server.group.connectionsRefusedToAddresses == 0)
                // Neither more nor fewer places than at the beginning.
                for _ in 1..<50 { clients.append(try server.client()) }
                eventually("all are there") { server.group.connectionCount == 50 }
                try #expect(server.client().response().status == 503)
                clients.removeAll()
                eventually("all are gone") { server.group.connectionCount == 0 }
                #expect(server.group.countedAddresses == 0)
            }
        }

        @Test func silentClientsThatLeaveWhileTheyAreLookedAt_AreGivenBack() throws {
            try TestServer.run(configuration: Self.limited(to: 100) { $0.loops = 1 }) { server in
                let hold = Hold(server.group.loops)
                let clients = try (0..<50).map { _ in try server.client() }
                for client in clients { client.reset() }
                hold.letGo()
                eventually("all are gone") { server.group.connectionCount == 0 }
                #expect(server.group.countedAddresses == 0)
            }
        }

        @Test func clientOverTLS_IsClosed_WithoutAWordOutsideTLS() throws {
            let certificate = try TestCertificate()
            let configuration = try certificate.configuration { $0.connectionsPerAddress = .most(1) }
            try TestServer.run(configuration: configuration) { server in
                let first = try TestClient(port: server.tlsPort)
                eventually("it is there") { server.group.connectionCount == 1 }
                let second = try TestClient(port: server.tlsPort)
                try #expect(second.readToEnd(within: 5) == [])
                #expect(server.group.connectionsRefusedToAddresses == 1)
                withExtendedLifetime(first) {}
            }
        }

        @Test(arguments: [(7, 3), (2, 1), (1, 1)])
        func halfOfAll_IsForOneAddress_AndTheRestForOthers(all: Int, half: Int) throws {
            let configuration = Configuration.with {
                $0.connectionLimit = all
                $0.connectionsPerAddress = .half
            }
            try TestServer.run(configuration: configuration) { server in
                let clients = try (0..<half).map { _ in try server.client() }
                eventually("they are there") { server.group.connectionCount == half }
                try #expect(server.client().response().status == 503)
                #expect(server.group.connectionsRefusedToAddresses == (all > half ? 1 : 0))
                let others = try (half..<all).map { _ in try server.client(source: 2) }
                eventually("others are") { server.group.connectionCount == min(all, 2 * half) }
                withExtendedLifetime((clients, others)) {}
            }
        }
    }
}
