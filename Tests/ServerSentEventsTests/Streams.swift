import ServerSentEvents

/// What a reader gets from chunks of one stream, the end of which is then reached.
func events(
    in chunks: [[UInt8]], lastEventID: String? = nil, limit: Int = EventStreamParser.defaultMaximumEventSize
) throws(EventStreamError) -> [ServerSentEvent] {
    var parser = EventStreamParser(lastEventID: lastEventID, maximumEventSize: limit)
    var events: [ServerSentEvent] = []
    for chunk in chunks { try parser.parse(chunk) { events.append($0) } }
    parser.endStream()
    return events
}

func events(in text: String) throws(EventStreamError) -> [ServerSentEvent] {
    try events(in: [Array(text.utf8)])
}

/// A stream with every difficulty of the grammar in it, and what it says.
enum NastyStream {
    static let bytes: [UInt8] = parts.flatMap(\.self)

    private static let parts: [[UInt8]] = [
        Array("\u{feff}: a comment after the mark\r\n".utf8),
        Array("data: one\rdata: two\ndata\r\n\r\n".utf8),
        Array("id: 7\revent: add\r\r:\rdata:  two spaces\rdate: not data\n\r".utf8),
        Array("id: 8\0\nretry: 1500\nretry: 12x\nretry\nunknown: x\n data: not data\ndata:大厅 💬\nid\n\n".utf8),
        Array("\u{feff}data: no longer at the beginning\nid: 9\r\n\r\ndata:nine\nevent:\n\n\n".utf8),
        Array("id: 10\n\r\nevent: a\nevent: b\ndata: x:y: z\n\n".utf8),
        Array("data: bad ".utf8) + [0xff, 0xe2, 0x82] + Array("\n\n".utf8),
        Array("data: incomplete\nid: 11\n".utf8),
    ]

    static let events = [
        ServerSentEvent(data: "one\ntwo\n"),
        ServerSentEvent(data: " two spaces", id: "7"),
        ServerSentEvent(data: "大厅 💬", id: "", retry: 1500),
        ServerSentEvent(data: "nine", id: "9"),
        ServerSentEvent(event: "b", data: "x:y: z", id: "10"),
        ServerSentEvent(data: "bad \u{fffd}\u{fffd}", id: "10"),
    ]
}
