import Testing

@testable import roomcast_bench

@Suite struct ChunkedBodyTests {
    private func decode(_ parts: [[UInt8]]) throws -> (text: String, isComplete: Bool) {
        var body = ChunkedBody()
        var payload: [UInt8] = []
        for part in parts {
            var part = part
            let count = try part.withUnsafeMutableBytes { try body.decode($0) }
            payload += part[..<count]
        }
        return (String(decoding: payload, as: UTF8.self), body.isComplete)
    }

    private let coded = Array(
        "5\r\nhello\r\n1;name=value\r\n \r\n0B\r\nworld\r\n0\r\n!\r\n0\r\nTrailer: x\r\n\r\n".utf8)
    private let text = "hello world\r\n0\r\n!"

    @Test func coding_IsTakenOff_WhereverItIsCut() throws {
        for cut in 0...coded.count {
            let found = try decode([Array(coded[..<cut]), Array(coded[cut...])])
            #expect(found.text == text, "cut at \(cut)")
            #expect(found.isComplete)
        }
        #expect(try decode(coded.map { [$0] }).text == text)
    }

    @Test func bodyWithoutItsLastChunk_IsNotComplete() throws {
        #expect(try decode([Array("5\r\nhello\r\n0\r\n".utf8)]).isComplete == false)
    }

    @Test(arguments: ["x\r\n", "\r\n", "5\r\nhello\r\n0\r\n\r\nmore", "fffffffffffffffff\r\n"])
    func brokenCoding_IsAnError(text: String) {
        #expect(throws: BenchError.self) { try decode([Array(text.utf8)]) }
    }
}
