/// An open event stream.
final class TestStream {
    let head: TestAnswer
    private let connection: TestConnection
    private var bytes: [UInt8] = []
    private(set) var hasEnded = false
    private let hearsOfPeople: Bool

    /// - Parameter hearsOfPeople: whether to show who comes, goes and types, which comes in its own time.
    init(
        _ server: TestServer, _ target: String, _ headers: [String] = [], version: String = "HTTP/1.1",
        hearsOfPeople: Bool = false
    ) throws {
        self.hearsOfPeople = hearsOfPeople
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
                    let piece = String(decoding: bytes.prefix(end), as: UTF8.self)
                    bytes.removeFirst(end)
                    if !hearsOfPeople && Self.isOfPeople(piece) { continue }
                    return piece
                }
                guard !hasEnded else {
                    throw TestFailure("the stream ended after \(String(decoding: bytes, as: UTF8.self))")
                }
                try readMore()
            }
        }
    }

    private static func isOfPeople(_ piece: String) -> Bool {
        ["event: ", #"{"event":""#].contains { start in
            ["presence", "typing"].contains { piece.hasPrefix(start + $0) }
        }
    }

    /// Everything up to its end.
    func rest() throws -> String {
        while !hasEnded { try readMore() }
        var rest = ""
        while endOfBlock() != nil {
            // Blocks that are passed over may be the last.
            guard let block = try? blocks(1)[0] else { break }
            rest += block
        }
        defer { bytes = [] }
        return rest + String(decoding: bytes, as: UTF8.self)
    }

    private func endOfBlock() -> Int? {
        zip(bytes.indices, zip(bytes, bytes.dropFirst())).first { $0.1 == (10, 10) }.map { $0.0 + 2 }
    }
}
