import MicroHTTPD
import Testing

extension LiveTests {
    @Suite struct BodyLimitTests {
        private static let handler = TestHandler(bodyLimit: 10)

        @Test func bodyOfTheLimit_IsTaken() throws {
            try TestServer.run(Self.handler) { server in
                try #expect(server.fetch("POST", "/", body: "0123456789").text == "POST / 0123456789")
            }
        }

        @Test func announcedBodyOverTheLimit_IsRefusedBeforeItComes() throws {
            try TestServer.run(Self.handler) { server in
                let client = try server.client()
                try client.request("POST", "/", headers: ["Content-Length: 11", "Expect: 100-continue"])
                let response = try client.response()
                // Not 100: the body is not asked for.
                #expect(response.status == 413)
                #expect(response.text == "10 11")
                #expect(client.isClosed(within: 5))
            }
        }

        /// Who sends without asking would find the socket closed and never look for the answer.
        @Test func announcedBodyThatComesUnasked_IsReadToItsEnd() throws {
            try TestServer.run(Self.handler) { server in
                let client = try server.client()
                let size = 1 << 20
                try client.request("POST", "/", headers: ["Content-Length: \(size)"])
                try client.send(String(repeating: "x", count: size))
                let response = try client.response()
                #expect(response.status == 413)
                #expect(response.text == "10 \(size)")
                // It has been read whole, so that the connection can go on.
                try client.request("GET", "/next", headers: [])
                try #expect(client.response().status == 200)
            }
        }

        @Test func announcedBodyOverTheDrainLimit_IsRefusedBeforeItComes() throws {
            try TestServer.run(Self.handler, configuration: .with { $0.drainLimit = 1000 }) { server in
                let client = try server.client()
                try client.request("POST", "/", headers: ["Content-Length: 1011"])
                let response = try client.response()
                #expect(response.status == 413)
                #expect(response.text == "10 1011")
                #expect(client.isClosed(within: 5))
            }
        }

        @Test func chunkedBodyOverTheLimit_IsReadToItsEnd() throws {
            try TestServer.run(Self.handler, configuration: .with { $0.drainLimit = 1000 }) { server in
                let client = try server.client()
                try client.request("POST", "/", headers: ["Transfer-Encoding: chunked"])
                try client.send("b\r\n01234567890\r\n0\r\n\r\n")
                let response = try client.response()
                #expect(response.status == 413)
                #expect(response.text == "10 11")
            }
        }

        @Test func chunkedBodyOverTheDrainLimit_IsCutOff() throws {
            try TestServer.run(Self.handler, configuration: .with { $0.drainLimit = 1000 }) { server in
                let client = try server.client()
                try client.request("POST", "/", headers: ["Transfer-Encoding: chunked"])
                try client.send("3f3\r\n" + String(repeating: "x", count: 0x3f3))
                try #expect(client.readToEnd().isEmpty)
                eventually("the connection is gone") { server.group.connectionCount == 0 }
            }
        }

        @Test func limitWithoutBound_IsNoTrap() throws {
            try TestServer.run(TestHandler(bodyLimit: .max)) { server in
                try #expect(server.fetch("POST", "/", body: "x").text == "POST / x")
            }
        }

        @Test func headersOverTheMemory_AreRefused_AndTheConnectionGoes() throws {
            try TestServer.run { server in
                let line = "X-Long: " + String(repeating: "x", count: 20_000)
                let client = try server.client()
                try? client.request("GET", "/", headers: [line])
                try #expect(client.response().status == 431)
                let other = try server.client()
                try? other.request("GET", "/" + String(repeating: "x", count: 20_000))
                try #expect(other.response().status == 414)
                eventually("both are gone") { server.group.connectionCount == 0 }
            }
        }

        /// Each argument would cost libmicrohttpd a record in the memory for headers, which 300 of them filled.
        @Test func arguments_CostNoMemoryForHeaders() throws {
            try TestServer.run { server in
                let target = "/?" + (0..<3000).map { "a\($0 % 10)" }.joined(separator: "&")
                try #expect(server.fetch("GET", target).text == "GET \(target) ")
            }
        }

        /// A chunk's first line that fills the memory can neither be handed over nor read further. Libmicrohttpd would go
        /// round and round on it, and look at its socket only after its own timeout.
        @Test func chunkLineOverTheMemory_CostsNoTime_AndEndsAtTheDeadline() throws {
            let configuration = Configuration.with {
                $0.loops = 1
                $0.deadlines.body = 3
            }
            try TestServer.run(configuration: configuration) { server in
                let client = try server.client()
                try client.request("POST", "/", headers: ["Transfer-Encoding: chunked"])
                try? client.send("1;" + String(repeating: "x", count: 20_000))
                eventually("it has been read") { server.group.connectionCount == 1 }
                let before = server.group.loops[0].cpuSeconds
                #expect(throws: TestClient.Failure.self) { try client.readToEnd(within: 1.5) }
                #expect(server.group.loops[0].cpuSeconds - before < 0.1)
                // Others of the same loop are served meanwhile.
                try #expect(server.fetch("GET", "/alive").status == 200)
                eventually("it is gone", within: 8) { server.group.connectionCount == 0 }
            }
        }
    }
}
