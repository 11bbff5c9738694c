import ServerSentEvents
import Testing

@Suite struct EventStreamEncoderTests {
    @Test func parts_AreInOrder_OneSpaceAfterTheColon() {
        var buffer: [UInt8] = []
        EventStreamEncoder.append(event: "message", id: Array("k-1".utf8), line: Array("{}".utf8), to: &buffer)
        EventStreamEncoder.append(event: nil, id: nil, line: [], to: &buffer)
        #expect(String(decoding: buffer, as: UTF8.self) == "event: message\nid: k-1\ndata: {}\n\ndata: \n\n")
    }

    @Test func retry_DispatchesNothing_ButSetsTheReconnectionTime() throws {
        var buffer: [UInt8] = []
        EventStreamEncoder.append(retry: 3000, to: &buffer)
        #expect(String(decoding: buffer, as: UTF8.self) == "retry: 3000\n\n")
        var parser = EventStreamParser()
        try parser.parse(buffer) { Issue.record("dispatched \($0)") }
        #expect(parser.reconnectionTime == 3000)
    }

    @Test func frame_IsWhatTheGeneralEncoderWrites() {
        var buffer: [UInt8] = []
        ServerSentEvent(event: "edit", data: "{\"text\":\"大厅\"}", id: "k-2").encode(into: &buffer)
        let frame = EventStreamEncoder.frame(
            event: "edit", id: Array("k-2".utf8), line: Array("{\"text\":\"大厅\"}".utf8))
        #expect(frame == buffer)
    }

    @Test func nameOfOneLetter_IsWritten() {
        let frame = EventStreamEncoder.frame(event: "x", id: nil, line: [])
        #expect(String(decoding: frame, as: UTF8.self) == "event: x\ndata: \n\n")
    }

    #if DEBUG
        @Test func dataOfTwoLines_StopsADebugBuild() async {
            await #expect(processExitsWith: .failure) {
                _ = EventStreamEncoder.frame(event: "message", id: nil, line: Array("a\nb".utf8))
            }
        }
    #endif
}
