import Glibc
import MicroHTTPD
import Synchronization
import Testing

extension LiveTests {
    @Suite struct StreamTests {
        @Test func http11_GetsChunks_AndTheConnectionIsUsedAgain() throws {
            let reader = StreamReader()
            try TestServer.run(.streaming(reader)) { server in
                let client = try server.client()
                try client.request("GET", "/stream")
                let head = try TestResponse(head: client.head())
                #expect(head.header("Transfer-Encoding") == "chunked")
                #expect(head.header("Content-Length") == nil)
                for text in ["one", "two", "three"] {
                    reader.say(text)
                    try #expect(client.chunk() == Array(text.utf8))
                }
                reader.end()
                try #expect(client.chunk() == nil)
                eventually("the reader is told of the end") { reader.closings == [.completed] }
                try client.request("GET", "/after")
                try #expect(client.response().text == "GET /after ")
            }
        }

        @Test func http10_GetsBareBytesUntilTheEnd() throws {
            let reader = StreamReader()
            try TestServer.run(.streaming(reader)) { server in
                let client = try server.client()
                try client.send("GET /stream HTTP/1.0\r\n\r\n")
                let head = try TestResponse(head: client.head())
                #expect(head.header("Connection") == "close")
                #expect(head.header("Transfer-Encoding") == nil)
                reader.say("one")
                try #expect(client.take(3) == Array("one".utf8))
                reader.say("two")
                reader.end()
                try #expect(client.readToEnd() == Array("two".utf8))
            }
        }

        @Test func headOfAStream_LeavesTheConnectionInSync() throws {
            let reader = StreamReader()
            try TestServer.run(.streaming(reader)) { server in
                let client = try server.client()
                try client.request("HEAD", "/stream")
                try #expect(client.response(to: "HEAD").status == 200)
                try client.request("GET", "/after")
                // An empty chunk of libmicrohttpd's would stand before this status line.
                try #expect(client.response().text == "GET /after ")
                #expect(reader.reads == 0)
                #expect(reader.closings.count == 1)
            }
        }

        @Test func manyBytes_ArriveInTheirOrder() throws {
            let reader = StreamReader()
            try TestServer.run(.streaming(reader)) { server in
                let client = try server.client()
                try client.request("GET", "/stream")
                _ = try client.head()
                let text = (0..<100_000).map { "\($0)," }.joined()
                reader.say(text)
                reader.end()
                var received: [UInt8] = []
                while let chunk = try client.chunk() { received += chunk }
                #expect(received == Array(text.utf8))
            }
        }

        /// Returning 0 without suspending, or running MHD while nothing can be done, would take a whole processor.
        @Test func suspendedReader_UsesNoProcessor() throws {
            let readers = Collected<StreamReader>()
            try TestServer.run(.streaming(into: readers)) { server in
                let clients = try (0..<20).map { _ in try server.client() }
                for client in clients { try client.request("GET", "/stream") }
                for client in clients { _ = try client.head() }
                eventually("all sleep") { readers.all.filter(\.isSuspended).count == 20 }
                // One has half-sent its next request, which nobody looks at.
                try clients[0].send("GET /next")
                let before = server.group.loops.map(\.cpuSeconds).reduce(0, +)
                let reads = readers.all.map(\.reads).reduce(0, +)
                usleep(500_000)
                #expect(server.group.loops.map(\.cpuSeconds).reduce(0, +) - before < 0.1)
                #expect(readers.all.map(\.reads).reduce(0, +) == reads)
            }
        }

        @Test func clientThatCloses_IsNoticedAtOnce_ThoughNothingIsWritten() throws {
            let reader = StreamReader()
            try TestServer.run(.streaming(reader)) { server in
                var client: TestClient? = try server.client()
                try client?.request("GET", "/stream")
                _ = try client?.head()
                eventually("it sleeps") { reader.isSuspended }
                client = nil
                eventually("the reader is told", within: 1) { reader.closings == [.error] }
                eventually("the connection is gone", within: 1) { server.group.connectionCount == 0 }
            }
        }

        @Test func clientThatResets_IsNoticedAtOnce() throws {
            let reader = StreamReader()
            try TestServer.run(.streaming(reader)) { server in
                let client = try server.client()
                try client.request("GET", "/stream")
                _ = try client.head()
                eventually("it sleeps") { reader.isSuspended }
                client.reset()
                eventually("the reader is told", within: 1) { reader.closings == [.error] }
            }
        }

        @Test func spuriousAndDoubleResumes_OnlyAskAgain() throws {
            let reader = StreamReader()
            try TestServer.run(.streaming(reader)) { server in
                let client = try server.client()
                try client.request("GET", "/stream")
                _ = try client.head()
                eventually("it sleeps") { reader.isSuspended }
                for round in 0..<100 {
                    reader.onLoop { connection in
                        connection.resumeInDeliveryPass()
                        connection.resume()
                        connection.resume()
                        connection.resumeInDeliveryPass()
                    }
                    reader.say("\(round)")
                    try #expect(client.chunk() == Array("\(round)".utf8))
                }
                let reads = reader.reads
                let before = server.group.loops.map(\.cpuSeconds).reduce(0, +)
                usleep(200_000)
                #expect(server.group.loops.map(\.cpuSeconds).reduce(0, +) - before < 0.05)
                #expect(reader.reads <= reads + 4)
            }
        }

        @Test func readerThatGivesUpInItsRead_EndsTheConnection() throws {
            let handler = TestHandler(routes: [
                "/": { _ in .now(Response(status: 200, content: .stream(QuittingReader()))) }
            ])
            try TestServer.run(handler) { server in
                let client = try server.client()
                try client.request("GET", "/")
                #expect(client.isClosed(within: 2))
                eventually("the connection is gone", within: 2) { server.group.connectionCount == 0 }
            }
        }

        /// A wake-up that was gathered for a stream must not reach the suspended request that came after it.
        @Test func gatheredWakeUp_DoesNotMeetTheRequestAfter() throws {
            let reader = StreamReader()
            let slow = SlowReader()
            let suspended = Collected<SuspendedRequest>()
            var handler = suspended.handler(at: "/later")
            handler.routes["/stream"] = TestHandler.streaming(reader).routes["/stream"]
            handler.routes["/slow"] = { _ in .now(Response(status: 200, content: .stream(slow))) }
            try TestServer.run(handler, configuration: .with { $0.loops = 1 }) { server in
                let other = try server.client()
                try other.request("GET", "/slow")
                _ = try other.head()
                let client = try server.client()
                try client.request("GET", "/stream")
                try client.request("POST", "/later", body: "x")
                _ = try client.head()
                eventually("it sleeps") { reader.isSuspended }
                reader.endAtNextRead()
                // A slow pass, and within the pause after it a wake-up both for the next pass and at once: the stream
                // ends, and the request after it is suspended before that pass.
                slow.wake {
                    reader.onLoop { connection in
                        connection.resumeInDeliveryPass()
                        connection.resume()
                    }
                }
                try #expect(client.chunk() == nil)
                eventually("the request after waits") { suspended.count == 1 }
                // Longer than the longest pause between passes.
                #expect(!client.isClosed(within: 0.1))
                suspended.all[0].resume(with: { Response(status: 202) })
                try #expect(client.response().status == 202)
            }
        }
    }
}

/// Makes its delivery pass, and so the pause after it, long.
private final class SlowReader: ContentReader, Sendable {
    private let connection = Mutex<Connection?>(nil)

    /// Wakes it, and does `next` in the pass after.
    func wake(_ next: @escaping @Sendable () -> Void) {
        let connection = connection.withLock { $0 }
        connection?.loop.post {
            connection?.resumeInDeliveryPass()
            next()
        }
    }

    func opened(on connection: Connection) {
        self.connection.withLock { $0 = connection }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ContentReadResult {
        usleep(20_000)
        return .suspend
    }

    func closed(_ reason: TerminationReason) {
        connection.withLock { $0 = nil }
    }
}

/// Gives up when it is asked, and sleeps.
private final class QuittingReader: ContentReader {
    private var connection: Connection?

    func opened(on connection: Connection) {
        self.connection = connection
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ContentReadResult {
        connection?.giveUp()
        return .suspend
    }

    func closed(_ reason: TerminationReason) {
        connection = nil
    }
}
