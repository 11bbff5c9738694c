import MicroHTTPD
import Testing

extension LiveTests {
    @Suite struct RequestTests {
        @Test(arguments: ["GET", "POST", "PUT", "DELETE", "OPTIONS", "BREW"])
        func method_IsHandedOver(method: String) throws {
            try TestServer.run { server in
                let response = try server.fetch(method, "/a?b=c", body: "body")
                #expect(response.status == 200)
                #expect(response.text == "\(method) /a?b=c body")
            }
        }

        @Test func head_HasHeadersAndNoBody_AndLeavesTheConnectionInSync() throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.request("HEAD", "/a")
                try #expect(client.response(to: "HEAD").header("Content-Length") == "8")
                try client.request("GET", "/b")
                try #expect(client.response().text == "GET /b ")
            }
        }

        @Test func headers_AreFoundInAnyCase_AndTheFirstCounts() throws {
            let handler = TestHandler(routes: [
                "/": { .text("\($0.header("x-color") ?? "-") \($0.header("X-None") ?? "-") \($0.isHTTP10)") }
            ])
            try TestServer.run(handler) { server in
                let client = try server.client()
                try client.request("GET", "/", headers: ["X-COLOR: red", "X-Color: blue"])
                try #expect(client.response().text == "red - false")
            }
        }

        @Test func peer_IsTheClientsAddress() throws {
            let handler = TestHandler(routes: ["/": { .text($0.peer.description) }])
            try TestServer.run(handler) { server in
                try #expect(server.fetch("GET", "/").text == "127.0.0.1")
            }
        }

        /// On a system without IPv6 there is nothing to show.
        @Test func peerOverAnIPv6Socket_IsShownAsIPv4() throws {
            let handler = TestHandler(routes: ["/": { .text($0.peer.description) }])
            guard (try? TestServer.run(configuration: .with { $0.host = "::" }, { _ in })) != nil else { return }
            try TestServer.run(handler, configuration: .with { $0.host = "::" }) { server in
                let client = try server.client()
                try client.request("GET", "/")
                try #expect(client.response().text == "127.0.0.1")
            }
        }

        @Test func connection_IsUsedAgain() throws {
            try TestServer.run { server in
                let client = try server.client()
                for number in 0..<50 {
                    try client.request("POST", "/\(number)", body: "\(number)")
                    try #expect(client.response().text == "POST /\(number) \(number)")
                }
                #expect(server.group.connectionCount == 1)
            }
        }

        @Test func pipelinedRequests_AreAnsweredInTheirOrder() throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.send(
                    (0..<20).map { "POST /\($0) HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx" }.joined())
                for number in 0..<20 {
                    try #expect(client.response().text == "POST /\(number) x")
                }
            }
        }

        /// libmicrohttpd reads it some hundred bytes at a time, and calls about nothing meanwhile.
        @Test func largeHead_IsReadWithoutPauses() throws {
            try TestServer.run { server in
                let client = try server.client()
                let path = "/" + String(repeating: "x", count: 14_500)
                var least = Duration.seconds(60)
                for _ in 0..<5 {
                    let start = ContinuousClock.now
                    try client.request("GET", path)
                    try #expect(client.response().status == 200)
                    least = min(least, ContinuousClock.now - start)
                }
                // It took a second.
                #expect(least < .milliseconds(300))
            }
        }

        @Test func chunkedBody_IsPutTogether() throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.request("POST", "/", headers: ["Transfer-Encoding: chunked"])
                try client.send("3\r\nabc\r\n")
                try client.send("4;x=y\r\ndefg\r\n0\r\n\r\n")
                try #expect(client.response().text == "POST / abcdefg")
            }
        }

        @Test func http10_IsAnsweredAndClosed() throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.send("GET /old HTTP/1.0\r\n\r\n")
                let response = try client.response()
                #expect(response.text == "GET /old ")
                #expect(response.header("Connection") == "close")
                #expect(client.isClosed(within: 5))
            }
        }

        @Test func refusedRequest_IsAnsweredWithoutItsBody_AndClosed() throws {
            try TestServer.run(TestHandler(refused: ["/no"])) { server in
                let client = try server.client()
                try client.request("POST", "/no", headers: ["Content-Length: 1000"])
                let response = try client.response()
                #expect(response.status == 403)
                #expect(response.text == "refused")
                #expect(client.isClosed(within: 5))
            }
        }

        @Test func expectContinue_IsToldToContinueOnce() throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.request("POST", "/", headers: ["Content-Length: 4", "Expect: 100-continue"])
                try #expect(client.response().status == 100)
                try client.send("body")
                try #expect(client.response().text == "POST / body")
            }
        }
    }
}
