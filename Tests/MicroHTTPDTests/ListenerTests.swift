import MicroHTTPD
import Testing

extension LiveTests {
    @Suite struct ListenerTests {
        private func start(host: String = "127.0.0.1", port: UInt16) throws(StartError) {
            var configuration = Configuration()
            configuration.host = host
            configuration.port = port
            _ = try EventLoopGroup(
                configuration: configuration, connectionRefusal: Response(status: 503), logger: .silent)
        }

        @Test func portInUse_IsTold() throws {
            try TestServer.run { server in
                let error = #expect(throws: StartError.self) { try start(port: server.port) }
                #expect(error == .addressInUse(host: "127.0.0.1", port: server.port))
                #expect(error?.description.contains("in use by another program") == true)
            }
        }

        @Test(arguments: ["192.0.2.1", "no such name"])
        func addressOfAnotherMachine_IsTold(host: String) {
            let error = #expect(throws: StartError.self) { try start(host: host, port: 0) }
            if case .addressNotAvailable(let named, _) = error {
                #expect(named == host)
            } else {
                Issue.record("\(String(describing: error))")
            }
        }

        @Test func port_IsFreeAgainAfterShutdown() throws {
            let first = try TestServer.started()
            let port = first.port
            try #expect(first.fetch("GET", "/").status == 200)
            first.group.shutDown(within: 2)
            try TestServer.run(configuration: .with { $0.port = port }) { server in
                try #expect(server.fetch("GET", "/").status == 200)
            }
        }
    }
}
