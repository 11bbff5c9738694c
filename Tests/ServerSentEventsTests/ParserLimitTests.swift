import ServerSentEvents
import Testing

@Suite struct ParserLimitTests {
    private static let fits = "id: 1\ndata: 0123456789\n\n"

    @Test(arguments: [
        "data: 0123456789abcdef",  // a line that never ends
        "data: 0123456789abcdef\n\n",
        "data: 01234\ndata: 56789\ndata: abcdef\n\n",
        "id: 0123456789\ndata: abcdef\n\n",
        "unknown: 0123456789abcdef\n",
    ])
    func eventOverTheLimit_IsAnError_WhereverItIsCut(text: String) {
        let bytes = Array((Self.fits + text).utf8)
        for size in [1, 3, bytes.count] {
            let chunks = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            var parser = EventStreamParser(maximumEventSize: 20)
            var count = 0
            #expect(throws: EventStreamError.eventTooLarge(limit: 20)) {
                for chunk in chunks { try parser.parse(chunk) { _ in count += 1 } }
            }
            #expect(count == 1, "the event before it was handed over, chunks of \(size)")
            #expect(throws: EventStreamError.eventTooLarge(limit: 20)) {
                try parser.parse([.init(ascii: "\n")]) { _ in }
            }
        }
    }

    /// Each byte that is no UTF-8 is three once it is decoded; found by fuzzing.
    @Test(arguments: [":", "data: a"])
    func idThatGrowsOverTheLimit_IsAnError_WhereverItIsCut(next: String) {
        let bytes = Array("id:".utf8) + [UInt8](repeating: 0xff, count: 9) + Array("\n\(next)".utf8)
        for size in [1, 3, bytes.count] {
            var parser = EventStreamParser(maximumEventSize: 20)
            #expect(throws: EventStreamError.eventTooLarge(limit: 20)) {
                for start in stride(from: 0, to: bytes.count, by: size) {
                    try parser.parse(bytes[start..<min(start + size, bytes.count)]) { _ in }
                }
            }
        }
    }

    @Test func events_AreCountedOneByOne() throws {
        let bytes = Array(String(repeating: Self.fits, count: 100).utf8)
        #expect(try events(in: [bytes], limit: 20).count == 100)
    }

    @Test func comment_OfAnyLength_IsNotHeld() throws {
        let comment = [UInt8](repeating: .init(ascii: ":"), count: 1000)
        let found = try events(in: [comment, comment, Array("\ndata: a\n\n".utf8)], limit: 20)
        #expect(found == [ServerSentEvent(data: "a")])
    }

    @Test func nextStream_AfterAnError_IsRead() throws {
        var parser = EventStreamParser(maximumEventSize: 20)
        #expect(throws: EventStreamError.self) { try parser.parse([UInt8](repeating: 0x61, count: 21)) { _ in } }
        parser.endStream()
        var found: [ServerSentEvent] = []
        try parser.parse(Array("data: a\n\n".utf8)) { found.append($0) }
        #expect(found == [ServerSentEvent(data: "a")])
    }
}
