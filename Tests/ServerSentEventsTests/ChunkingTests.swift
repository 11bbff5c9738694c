import ServerSentEvents
import Testing

@Suite struct ChunkingTests {
    @Test func nastyStream_IsReadAsTheStandardSays() throws {
        #expect(try events(in: [NastyStream.bytes]) == NastyStream.events)
    }

    @Test func everyCut_GivesTheSameEvents() throws {
        let bytes = NastyStream.bytes
        for cut in 0...bytes.count {
            let found = try events(in: [Array(bytes[..<cut]), Array(bytes[cut...])])
            #expect(found == NastyStream.events, "cut at \(cut)")
        }
    }

    @Test(arguments: 1...5)
    func chunksOfOneSize_GiveTheSameEvents(size: Int) throws {
        let bytes = NastyStream.bytes
        let chunks = stride(from: 0, to: bytes.count, by: size).map { start in
            Array(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(try events(in: chunks) == NastyStream.events)
    }

    @Test func slice_IsReadFromItsOwnBounds() throws {
        var parser = EventStreamParser()
        var found: [ServerSentEvent] = []
        try parser.parse(Array("xxdata: a\n\nxx".utf8)[2..<11]) { found.append($0) }
        #expect(found == [ServerSentEvent(data: "a")])
    }
}
