/// An open event stream.
final class TestStream {
    let head: TestAnswer
    private let connection: TestConnection
    private var bytes: [UInt8] = []
    private(set) var hasEnded = false

    init(_ server: TestServer, _ target: String, _ headers: [String] = [], version: String = "HTTP/1.1") throws {
        connection = try server.connect()
        var request = TestRequest("GET", target, headers: headers)
        request.version = version
        try connection.send(request)
        head = try TestAnswer(headFrom: connection)
    }

    private func readMore() throws {
        let chunk = head["Transfer-Encoding"] == "chunked" ? try connection.takeChunk() : try connection.takeSome()
        if chunk.isEmpty { hasEnded = true }
        bytes += chunk
    }

    /// Takes the next blocks, each with the empty line that ends it, as soon as they have come.
    func blocks(_ count: Int) throws -> [String] {
        try pieces(count, endOfBlock)
    }

    /// Takes the next lines, for forms in which each is an event.
    func lines(_ count: Int) throws -> [String] {
        try pieces(count) { bytes.firstIndex(of: 10).map { $0 + 1 } }
    }

    private func pieces(_ count: Int, _ end: () -> Int?) throws -> [String] {
        try (0..<count).map { _ in
            while true {
                if let end = end() {
                    defer { bytes.removeFirst(end) }
                    return String(decoding: bytes.prefix(end), as: UTF8.self)
                }
                guard !hasEnded else {
                    throw TestFailure("the stream ended after \(String(decoding: bytes, as: UTF8.self))")
                }
                try readMore()
            }
        }
    }

    /// Everything up to its end.
    func rest() throws -> String {
        while !hasEnded { try readMore() }
        defer { bytes = [] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func endOfBlock() -> Int? {
        zip(bytes.indices, zip(bytes, bytes.dropFirst())).first { $0.1 == (10, 10) }.map { $0.0 + 2 }
    }
}
