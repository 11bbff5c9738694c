import Glibc
import MicroHTTPD
import Testing

extension LiveTests {
    @Suite struct DeadlineTests {
        /// Sends `text` byte by byte until the server closes, and tells after how many seconds it did.
        private func secondsUntilClosed(_ client: TestClient, dribbling text: String) -> Double? {
            let start = Clock.now
            for byte in text.utf8 {
                guard Clock.now - start < 8 else { return nil }
                guard (try? client.send([byte])) != nil, !client.isClosed(within: 0.1) else { return Clock.now - start }
            }
            return client.isClosed(within: 8) ? Clock.now - start : nil
        }

        private let endless = "X-Slow: " + String(repeating: "x", count: 1000)

        @Test func dribbledHeaders_AreCutOff() throws {
            try TestServer.run(configuration: .with { $0.deadlines.headers = 2 }) { server in
                let client = try server.client()
                try client.send("GET / HTTP/1.1\r\n")
                let seconds = try #require(secondsUntilClosed(client, dribbling: endless))
                #expect((1...4.5).contains(seconds))
                eventually("it is gone", within: 1) { server.group.connectionCount == 0 }
            }
        }

        @Test(arguments: ["GET / HT", "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"])
        func requestThatCannotBeCompleted_IsNotWaitedFor(start: String) throws {
            try TestServer.run { server in
                for _ in 0..<50 {
                    // What is sent and the end of it arrive together.
                    let client = try server.client()
                    try client.send(start)
                    client.finishSending()
                }
                eventually("they are gone", within: 5) { server.group.connectionCount == 0 }
            }
        }

        @Test func clientThatSendsNothing_IsCutOff() throws {
            try TestServer.run(configuration: .with { $0.deadlines.headers = 1 }) { server in
                let client = try server.client()
                #expect(client.isClosed(within: 4))
                eventually("it is gone", within: 1) { server.group.connectionCount == 0 }
            }
        }

        @Test func dribbledHeadersOfAFurtherRequest_AreCutOff() throws {
            try TestServer.run(configuration: .with { $0.deadlines.headers = 1 }) { server in
                let client = try server.client()
                try client.request("GET", "/")
                try #expect(client.response().status == 200)
                try client.send("GET / HTTP/1.1\r\n")
                let seconds = try #require(secondsUntilClosed(client, dribbling: endless))
                #expect(seconds < 4)
            }
        }

        @Test func dribbledBody_IsCutOff() throws {
            try TestServer.run(
                configuration: .with {
                    $0.deadlines.headers = 1
                    $0.deadlines.body = 3
                }
            ) { server in
                let client = try server.client()
                try client.request("POST", "/", headers: ["Content-Length: 1000"])
                let seconds = try #require(secondsUntilClosed(client, dribbling: endless))
                // The headers' deadline is over with the headers.
                #expect((1.9...5.5).contains(seconds))
            }
        }

        @Test func idleConnection_IsClosedAfterItsKeepAlive_NotAfterTheHeadersDeadline() throws {
            try TestServer.run(
                configuration: .with {
                    $0.deadlines.headers = 1
                    $0.deadlines.keepAlive = 3
                }
            ) { server in
                let client = try server.client()
                try client.request("GET", "/")
                try #expect(client.response().status == 200)
                let start = Clock.now
                #expect(client.isClosed(within: 6))
                #expect(Clock.now - start >= 1.9)
            }
        }

        @Test func suspendedRequestAndIdleStream_HaveNoDeadline() throws {
            let suspended = Collected<SuspendedRequest>()
            let reader = StreamReader()
            var handler = suspended.handler(at: "/later")
            handler.routes["/stream"] = TestHandler.streaming(reader).routes["/stream"]
            try TestServer.run(handler, configuration: .with { $0.deadlines = .ofOneSecond }) { server in
                let poster = try server.client()
                try poster.request("POST", "/later", body: "x")
                let listener = try server.client()
                try listener.request("GET", "/stream")
                _ = try listener.head()
                eventually("both sleep") { suspended.count == 1 && reader.isSuspended }
                #expect(!listener.isClosed(within: 3))
                suspended.all[0].resume(with: { Response(status: 202) })
                try #expect(poster.response().status == 202)
                reader.say("still here")
                try #expect(listener.chunk() == Array("still here".utf8))
            }
        }

        @Test func writerThatTakesNothing_IsCutOff_AndOneThatTakesLittleIsNot() throws {
            let shared = SharedBytes([UInt8](repeating: 1, count: 64 << 20))
            let handler = TestHandler(routes: ["/": { _ in .now(Response(status: 200, content: .shared(shared))) }])
            try TestServer.run(handler, configuration: .with { $0.deadlines.stalledWriter = 4 }) { server in
                let stalled = try server.client(receiveBuffer: 4096)
                try stalled.request("GET", "/")
                let slow = try server.client(receiveBuffer: 65536)
                try slow.request("GET", "/")
                let start = Clock.now
                // Longer than it takes to call the other one stalled.
                while Clock.now < start + 8 {
                    _ = try slow.take(32 * 1024)
                    usleep(100_000)
                }
                try #require(server.group.connectionCount == 1)
                #expect(stalled.isClosed(within: 5))
                _ = try slow.take(8 << 20)
            }
        }
    }
}

extension Deadlines {
    static var ofOneSecond: Deadlines {
        var deadlines = Deadlines()
        deadlines.headers = 1
        deadlines.body = 1
        deadlines.stalledWriter = 1
        deadlines.keepAlive = 1
        return deadlines
    }
}
