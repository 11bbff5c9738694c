import Testing

@testable import roomcast_bench

@Suite struct ResponseHeadTests {
    @Test(arguments: [
        ("HTTP/1.1 201 Created\r\nContent-Length: 12\r\n\r\nrest", 201, ResponseHead.Framing.length(12), false),
        ("HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: Chunked\r\nContent-Length: 3\r\n\r\n", 200, .chunked, false),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, .length(0), false),
        ("HTTP/1.1 200 OK\r\n\r\n", 200, .untilClose, true),
        ("HTTP/1.1 503 \r\nConnection: close\r\ncontent-length:0\r\n\r\n", 503, .length(0), true),
    ])
    func statusAndFraming_AreRead(text: String, status: Int, framing: ResponseHead.Framing, closes: Bool) throws {
        let head = try #require(try ResponseHead(Array(text.utf8)))
        #expect(head.status == status)
        #expect(head.framing == framing)
        #expect(head.closesConnection == closes)
        #expect(head.size == text.utf8.count - (text.hasSuffix("rest") ? 4 : 0))
    }

    @Test func headWithoutItsEnd_IsAwaited() throws {
        let text = Array("HTTP/1.1 200 OK\r\nA: b\r\n\r\n".utf8)
        for count in 0..<text.count { #expect(try ResponseHead(text[..<count]) == nil) }
    }

    @Test func headThatNeverEnds_IsAnError() {
        #expect(throws: BenchError.self) { try ResponseHead([UInt8](repeating: 0x61, count: 20_000)) }
    }

    @Test func otherProtocol_IsAnError() {
        #expect(throws: BenchError.self) { try ResponseHead(Array("SSH-2.0-OpenSSH\r\n\r\n".utf8)) }
    }
}
