import Testing

@testable import MicroHTTPD

extension LiveTests {
    @Suite struct ConnectionLimitTests {
        @Test func clientOverTheLimit_IsTold_AndTheNextAfterOneHasLeftIsServed() throws {
            try TestServer.run(configuration: .with { $0.connectionLimit = 3 }) { server in
                #expect(server.group.connectionLimit == 3)
                var clients = try (0..<3).map { _ in try server.client() }
                for client in clients {
                    try client.request("GET", "/")
                    try #expect(client.response().status == 200)
                }
                let refused = try server.client()
                let response = try refused.response()
                #expect(response.status == 503)
                #expect(response.text == "full")
                #expect(response.header("Retry-After") == "1")
                #expect(response.header("Connection") == "close")
                #expect(refused.isClosed(within: 5))
                #expect(server.group.connectionCount == 3)
                #expect(server.group.refusedConnectionCount == 1)

                clients.removeLast()
                eventually("one has left") { server.group.connectionCount == 2 }
                try #expect(server.fetch("GET", "/").status == 200)
            }
        }

        /// For as many as may come: growing would hold up all loops at once.
        @Test func descriptors_HaveRoomFromTheStart() throws {
            try TestServer.run { server in
                #expect(Process.descriptorRoom >= min(server.group.connectionLimit, DescriptorLimit.room))
            }
        }

        @Test func manyQuickClients_LeaveNothingBehind() throws {
            try TestServer.run { server in
                let descriptors = Process.openDescriptors
                for round in 0..<1000 {
                    let client = try server.client()
                    switch round % 4 {
                    case 0: break
                    case 1: try client.send("GET / HT")
                    case 2: client.reset()
                    default:
                        try client.request("GET", "/")
                        try #expect(client.response().status == 200)
                    }
                }
                eventually("all are gone") { server.group.connectionCount == 0 }
                eventually("their descriptors, too") { Process.openDescriptors <= descriptors }
            }
        }

        @Test func loops_ShareConnectionsAboutEvenly() throws {
            try TestServer.run(configuration: .with { $0.loops = 2 }) { server in
                let clients = try (0..<100).map { _ in try server.client() }
                eventually("all are taken") {
                    server.group.loops.map { loop in loop.call { loop.connectionCount } }.reduce(0, +) == clients.count
                }
                let counts = server.group.loops.map { loop in loop.call { loop.connectionCount } }
                #expect(abs(counts[0] - counts[1]) <= 12, "\(counts)")
            }
        }
    }
}
