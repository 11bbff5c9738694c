import Testing

/// Which form a stream has, and which rooms.
@Suite struct StreamFormatRequestTests {
    private let server: TestServer

    init() throws {
        server = try TestServer()
    }

    @Test(arguments: [
        ("", nil, "text/event-stream"),
        ("", "*/*", "text/event-stream"),
        ("", "text/event-stream", "text/event-stream"),
        ("", "application/x-ndjson", "application/x-ndjson"),
        ("", "text/plain", "text/plain; charset=utf-8"),
        ("", "text/*", "text/event-stream"),
        ("", "text/plain;q=0.5, application/x-ndjson;q=0.9, */*;q=0.1", "application/x-ndjson"),
        ("", "text/html,application/xhtml+xml,*/*;q=0.8", "text/event-stream"),
        ("", "application/x-ndjson;q=nan", "application/x-ndjson"),
        ("?format=text", "application/x-ndjson", "text/plain; charset=utf-8"),
        ("?format=ndjson", nil, "application/x-ndjson"),
        ("?format=sse", "text/plain", "text/event-stream"),
    ])
    func format_IsAskedFor_ElseAccepted_ElseAnEventStream(query: String, accept: String?, type: String) throws {
        let stream = try TestStream(server, "/rooms/lobby/events\(query)", accept.map { ["Accept: \($0)"] } ?? [])
        #expect(stream.head.status == 200)
        #expect(stream.head["Content-Type"] == type)
    }

    @Test func formats_ThatAreNot_AreRefused() throws {
        let unknown = try server.get("/rooms/lobby/events?format=xml")
        #expect(unknown.status == 400 && unknown.code == "bad_parameter")
        let unwanted = try server.get("/rooms/lobby/events", "Accept: image/png")
        #expect(unwanted.status == 406 && unwanted.code == "not_acceptable")
    }

    @Test func rooms_AreListed_EachOnce() throws {
        let stream = try TestStream(server, "/events?rooms=b,a,B,%E5%A4%A7%E5%8E%85&format=ndjson&user=ann", [])
        try server.post("one", in: "a")
        try server.post("two", in: "b")
        let lines = try stream.lines(4)
        #expect(lines[0].contains(#""rooms":["b","a","大厅"]"#))
        #expect(lines[2].contains(#""room":"a""#) && lines[3].contains(#""room":"b""#))
    }

    @Test func withoutRooms_ItIsTheLobby() throws {
        let stream = try TestStream(server, "/events?format=ndjson", [])
        #expect(try stream.lines(1)[0].contains(#""rooms":["lobby"]"#))
    }

    @Test func tooManyRooms_AndBadOnes_AreRefused() throws {
        let many = (1...51).map { "r\($0)" }.joined(separator: ",")
        let tooMany = try server.get("/events?rooms=\(many)")
        #expect(tooMany.status == 400 && tooMany.code == "too_many_rooms")
        #expect(tooMany.json["limit"] as? Int == 50 && tooMany.json["size"] as? Int == 51)
        for list in ["a,,b", "", "a,b!"] {
            let bad = try server.get("/events?rooms=\(list)")
            #expect(bad.status == 400 && bad.code == "bad_room_name")
        }
    }
}
