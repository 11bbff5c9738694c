import Testing

@testable import MicroHTTPD

extension LiveTests {
    @Suite struct FileReaderTests {
        private static let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31 / 17) }

        private static func handler(_ file: TemporaryFile) -> TestHandler {
            let path = file.path
            return TestHandler(routes: [
                "/file": { _ in
                    let reader = FileReader(path: path)!
                    return .now(Response(status: 200, content: .sized(reader, size: reader.size)))
                }
            ])
        }

        @Test func fileOfManySteps_ArrivesWhole_AndTheConnectionLives() throws {
            let file = TemporaryFile(Self.bytes)
            try TestServer.run(Self.handler(file)) { server in
                let client = try server.client()
                for _ in 0..<3 {
                    try client.request("GET", "/file")
                    let response = try client.response()
                    #expect(response.header("Content-Length") == "1000003")
                    #expect(response.body == Self.bytes)
                }
                try client.request("HEAD", "/file")
                try #expect(client.response(to: "HEAD").header("Content-Length") == "1000003")
                try client.request("GET", "/after")
                try #expect(client.response().text == "GET /after ")
            }
        }

        @Test func emptyFile_IsAnEmptyBody() throws {
            let file = TemporaryFile([])
            try TestServer.run(Self.handler(file)) { server in
                try #expect(server.fetch("GET", "/file").header("Content-Length") == "0")
            }
        }

        @Test func fileThatIsCutShortMeanwhile_EndsTheConnectionInsteadOfPadding() throws {
            // Larger than what the kernel takes at once, so that the cut comes before the end has been read.
            let size = 32 << 20
            let file = TemporaryFile([UInt8](repeating: 7, count: size))
            try TestServer.run(Self.handler(file)) { server in
                let client = try server.client(receiveBuffer: 4096)
                try client.request("GET", "/file")
                try #expect(TestResponse(head: client.head()).header("Content-Length") == "\(size)")
                file.truncate(to: 0)
                try #expect(client.readToEnd().count < size)
            }
        }

        @Test func halfClosedClient_GetsTheWholeFile() throws {
            let file = TemporaryFile(Self.bytes)
            try TestServer.run(Self.handler(file)) { server in
                let client = try server.client()
                try client.request("GET", "/file")
                client.finishSending()
                try #expect(client.response().body == Self.bytes)
            }
        }

        @Test func shutdown_WaitsForTheFile() throws {
            let file = TemporaryFile(Self.bytes)
            let server = try TestServer.started(Self.handler(file))
            let client = try server.client(receiveBuffer: 4096)
            try client.request("GET", "/file")
            let head = try TestResponse(head: client.head())
            let group = server.group
            let done = Collected<Bool>()
            Background.run {
                group.shutDown(within: 10)
                done.append(true)
            }
            eventually("closing has begun") { group.loops.allSatisfy { loop in loop.call { loop.isClosing } } }
            try #expect(client.take(Int(head.header("Content-Length")!)!) == Self.bytes)
            eventually("the shutdown ends") { done.count == 1 }
        }

        @Test func readerAskedTwiceBeforeTheDiskAnswers_SendsNothingTwice() throws {
            let file = TemporaryFile(Self.bytes)
            let path = file.path
            let connections = Collected<Connection>()
            let handler = TestHandler(routes: [
                "/file": { _ in
                    let reader = WatchedReader(FileReader(path: path)!, connections)
                    return .now(Response(status: 200, content: .sized(reader, size: reader.inner.size)))
                }
            ])
            try TestServer.run(handler) { server in
                let client = try server.client()
                try client.request("GET", "/file")
                try #expect(client.response().body == Self.bytes)
            }
        }

        @Test(arguments: ["/tmp", "/dev/null", "/no/such/file"])
        func whatIsNoRegularFile_IsNotOpened(path: String) {
            #expect(FileReader(path: path) == nil)
        }
    }
}

/// Resumes after every suspension at once, as a heartbeat or a closing loop might.
private final class WatchedReader: ContentReader {
    let inner: FileReader
    private let connections: Collected<Connection>

    init(_ inner: FileReader, _ connections: Collected<Connection>) {
        self.inner = inner
        self.connections = connections
    }

    func opened(on connection: Connection) {
        connections.append(connection)
        inner.opened(on: connection)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> ContentReadResult {
        let result = inner.read(into: buffer)
        if case .suspend = result, let connection = connections.all.last {
            connection.loop.post { connection.resume() }
        }
        return result
    }

    func closed(_ reason: TerminationReason) {
        inner.closed(reason)
    }
}
