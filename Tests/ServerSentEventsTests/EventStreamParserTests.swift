import ServerSentEvents
import Testing

@Suite struct EventStreamParserTests {
    /// The examples of §9.2.6, and the one in the introduction.
    @Test(arguments: [
        (
            "data: This is the first message.\n\ndata: This is the second message, it\ndata: has two lines.\n\n"
                + "data: This is the third message.\n\n",
            [
                ServerSentEvent(data: "This is the first message."),
                ServerSentEvent(data: "This is the second message, it\nhas two lines."),
                ServerSentEvent(data: "This is the third message."),
            ]
        ),
        (
            "event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\nevent: add\ndata: 113411\n\n",
            [
                ServerSentEvent(event: "add", data: "73857293"), ServerSentEvent(event: "remove", data: "2153"),
                ServerSentEvent(event: "add", data: "113411"),
            ]
        ),
        ("data: YHOO\ndata: +2\ndata: 10\n\n", [ServerSentEvent(data: "YHOO\n+2\n10")]),
        (
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
            [ServerSentEvent(data: "first event", id: "1"), ServerSentEvent(data: "second event", id: "")]
        ),
        ("data\n\ndata\ndata\n\ndata:", [ServerSentEvent(data: ""), ServerSentEvent(data: "\n")]),
        ("data:test\n\ndata: test\n\n", [ServerSentEvent(data: "test"), ServerSentEvent(data: "test")]),
    ])
    func examplesOfTheStandard_AreReadAsItSays(text: String, expected: [ServerSentEvent]) throws {
        #expect(try events(in: text) == expected)
    }

    @Test(arguments: [
        ("data: a\r\rdata: b\n\ndata: c\r\n\r\n", ["a", "b", "c"]),
        ("data: a\n\rdata: b\r\n\r", ["a", "b"]),
        ("\r\r\n\ndata: a\r\r\r\n", ["a"]),
    ])
    func everyLineBreak_EndsALine(text: String, data: [String]) throws {
        #expect(try events(in: text).map(\.data) == data)
    }

    @Test(arguments: [
        ("\u{feff}data: a\n\n", ["a"]),
        ("\u{feff}\u{feff}data: a\n\n", []),
        ("\n\u{feff}data: a\n\n", []),
        ("\u{feff}\ndata: a\n\n", ["a"]),
    ])
    func byteOrderMark_IsSkippedOnceAtTheBeginning(text: String, data: [String]) throws {
        #expect(try events(in: text).map(\.data) == data)
    }

    @Test(arguments: ["DATA: a\n\n", " data: a\n\n", "data : a\n\n", "dat: a\n\n", ":data: a\n\n", "event: a\n\n"])
    func otherFieldsAndComments_DispatchNothing(text: String) throws {
        #expect(try events(in: text).isEmpty)
    }

    @Test func nameWithoutData_DoesNotReachTheNextEvent() throws {
        #expect(try events(in: "event: a\n\ndata: b\n\n") == [ServerSentEvent(data: "b")])
    }

    @Test func nullInName_IsKept_InID_IgnoresTheID() throws {
        let found = try events(in: "id: 1\nid: 2\0\nevent: a\0b\ndata: \0\n\n")
        #expect(found == [ServerSentEvent(event: "a\0b", data: "\0", id: "1")])
    }

    @Test(arguments: [
        ("retry: 1500\n\n", 1500), ("retry:007\n\n", 7), ("retry: 0\n", 0), ("retry: 1\nretry: 2x\n\n", 1),
        ("retry: -1\n\n", nil), ("retry: +1\n\n", nil), ("retry:  1\n\n", nil), ("retry: 1.5\n\n", nil),
        ("retry\n\n", nil), ("retry: \u{0661}\n\n", nil), ("retry: 99999999999999999999\n\n", Int.max),
    ])
    func reconnectionTime_IsDigitsOnly(text: String, expected: Int?) throws {
        var parser = EventStreamParser()
        try parser.parse(Array(text.utf8)) { _ in }
        #expect(parser.reconnectionTime == expected)
    }

    @Test func id_LastsUntilAnotherIsGiven_AndMovesWithoutData() throws {
        let found = try events(in: "id: 1\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\nid\ndata: d\n\n")
        #expect(found.map(\.id) == ["1", "1", "2", ""])
    }

    @Test func idOfIncompleteEvent_IsNotTheLast() throws {
        var parser = EventStreamParser(lastEventID: "1")
        try parser.parse(Array("data: a\n\nid: 2\ndata: b\n".utf8)) { #expect($0.id == "1") }
        #expect(parser.lastEventID == "1")
        parser.endStream()
        var found: [ServerSentEvent] = []
        try parser.parse(Array("\u{feff}data: c\n\n".utf8)) { found.append($0) }
        #expect(found == [ServerSentEvent(data: "c", id: "1")])
    }

    @Test func event_IsDispatchedAtTheCarriageReturn_BeforeALineFeedCouldCome() throws {
        var parser = EventStreamParser()
        var count = 0
        try parser.parse(Array("data: a\r\n\r".utf8)) { _ in count += 1 }
        #expect(count == 1)
        try parser.parse([]) { _ in count += 1 }
        try parser.parse(Array("\ndata: b\r\r".utf8)) { _ in count += 1 }
        #expect(count == 2)
    }

    /// Byte sequences and replacements as the WHATWG Encoding standard's decoder gives them.
    @Test(arguments: [
        ([0xff], "\u{fffd}"),
        ([0xe2, 0x82], "\u{fffd}"),
        ([0xe2, 0x82, 0x41], "\u{fffd}A"),
        ([0xf0, 0x80, 0x80], "\u{fffd}\u{fffd}\u{fffd}"),
        ([0xed, 0xa0, 0x80], "\u{fffd}\u{fffd}\u{fffd}"),
        ([0xf0, 0x9f, 0x92, 0xac], "💬"),
    ])
    func invalidUTF8_IsReplaced(bytes: [UInt8], text: String) throws {
        func event(_ field: String) throws -> ServerSentEvent {
            try #require(try events(in: [Array("data:\n\(field):".utf8) + bytes + Array("\n\n".utf8)]).first)
        }
        #expect(try event("data").data == "\n" + text)
        #expect(try event("event").event == text)
        #expect(try event("id").id == text)
    }
}
