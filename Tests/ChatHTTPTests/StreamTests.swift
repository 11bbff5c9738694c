import Testing

/// Event streams as a client sees them.
@Suite struct StreamTests {
    private let server: TestServer

    init() throws {
        server = try TestServer()
    }

    // MARK: What is expected

    private func welcome(
        _ id: Int, room: String = "lobby", user: String = "ann", resumed: Bool = false, withID: Bool = true,
        heartbeat: Int = 15
    ) -> String {
        "event: welcome\n" + (withID ? "id: \(server.epoch)-\(id)\n" : "")
            + #"data: {"rooms":["\#(room)"],"cursor":"\#(server.epoch)-\#(id)","user":"\#(user)","guest":true,"#
            + #""resumed":\#(resumed),"refused":[],"heartbeat":\#(heartbeat),"server":"roomcast"}"# + "\n\n"
    }

    private func message(_ id: Int, prev: Int, _ text: String = "hi", room: String = "lobby") -> String {
        "event: message\nid: \(server.epoch)-\(id)\n"
            + #"data: {"id":\#(id),"room":"\#(room)","prev":\#(prev),"user":"ann","guest":true,"text":"\#(text)","#
            + #""sent_at":"\#(TestServer.timeText)"}"# + "\n\n"
    }

    private func caughtUp(_ replayed: Int, room: String = "lobby") -> String {
        "event: caught-up\n" + #"data: {"rooms":["\#(room)"],"replayed":\#(replayed)}"# + "\n\n"
    }

    private let goodbye = "event: goodbye\n" + #"data: {"reason":"shutdown","reconnect":true}"# + "\n\n"

    /// Opens a stream and takes the reconnection time from it.
    private func open(_ target: String, _ headers: String...) throws -> TestStream {
        let stream = try TestStream(server, target, headers)
        #expect(stream.head.status == 200)
        #expect(try stream.blocks(1)[0].wholeMatch(of: /retry: [2-5][0-9]{3}\n\n/) != nil)
        return stream
    }

    // MARK: Live

    @Test func freshStream_ShowsWhatIsPosted() throws {
        try server.post("before")
        let stream = try open("/rooms/lobby/events?user=ann")
        #expect(try stream.blocks(2) == [welcome(1), caughtUp(0)])
        try server.post("elsewhere", in: "other")
        try server.post("one")
        try server.post("two\\n\u{2028}大")
        #expect(
            try stream.blocks(2) == [message(3, prev: 1, "one"), message(4, prev: 3, #"two\\n\u2028大"#)])
    }

    @Test func stream_HasTheHeadersThatProxiesNeed() throws {
        let head = try open("/rooms/lobby/events").head
        #expect(head.version == "HTTP/1.1")
        #expect(head["Content-Type"] == "text/event-stream")
        #expect(head["Cache-Control"] == "no-store")
        #expect(head["X-Accel-Buffering"] == "no")
        #expect(head["Transfer-Encoding"] == "chunked")
        #expect(head["Content-Length"] == nil)
    }

    @Test func streamOfHTTP10_EndsWithItsConnection_AndHasNoChunks() throws {
        try server.post("hi")
        let stream = try TestStream(server, "/rooms/lobby/events?user=ann&replay=1", version: "HTTP/1.0")
        #expect(stream.head["Transfer-Encoding"] == nil)
        #expect(stream.head["Content-Type"] == "text/event-stream")
        #expect(try Array(stream.blocks(4).dropFirst()) == [welcome(0), message(1, prev: 0), caughtUp(1)])
        try server.post("ho")
        #expect(try stream.blocks(1) == [message(2, prev: 1, "ho")])
        server.drain()
        #expect(try stream.rest() == goodbye)
    }

    @Test func streamOfARoomOfAnyScript_IsLive() throws {
        let stream = try open("/rooms/%E5%A4%A7%E5%8E%85/events?user=ann&heartbeat=45")
        #expect(try stream.blocks(2) == [welcome(0, room: "大厅", heartbeat: 45), caughtUp(0, room: "大厅")])
        try server.post("hi", in: "%E5%A4%A7%E5%8E%85")
        #expect(try stream.blocks(1) == [message(1, prev: 0, room: "大厅")])
    }

    @Test func manyStreams_GetTheSameBytes() throws {
        let streams = try (0..<20).map { _ in try open("/rooms/lobby/events?user=ann") }
        for stream in streams { _ = try stream.blocks(2) }
        for _ in 1...20 { try server.post("hi") }
        let expected = (1...20).map { message($0, prev: $0 - 1) }
        for stream in streams { #expect(try stream.blocks(20) == expected) }
    }

    // MARK: From where

    @Test(
        arguments: [
            ("?after=1", nil), ("?after=EPOCH-1", nil), ("?replay=500&after=1", nil), ("", "Last-Event-ID: EPOCH-1"),
            ("", "last-event-id: 1"), ("?after=3", "Last-Event-ID: EPOCH-1"), ("?after=bad", "Last-Event-ID: EPOCH-1"),
            ("?after=1", "Last-Event-ID:"),
        ] as [(String, String?)])
    func stream_GoesOnBehindTheLastEvent(query: String, header: String?) throws {
        for _ in 1...3 { try server.post("hi") }
        let target = "/rooms/lobby/events" + query.replacing("EPOCH", with: server.epoch)
        let user = target.contains("?") ? "&user=ann" : "?user=ann"
        let headers = [header?.replacing("EPOCH", with: server.epoch)].compactMap(\.self)
        let stream = try TestStream(server, target + user, headers)
        #expect(
            try Array(stream.blocks(5).dropFirst())
                == [welcome(1, resumed: true), message(2, prev: 1), message(3, prev: 2), caughtUp(2)])
    }

    @Test(arguments: [(0, []), (1, [5]), (2, [3, 5]), (500, [1, 2, 3, 5])] as [(Int, [Int])])
    func replay_IsOfTheLastEvents(count: Int, ids: [Int]) throws {
        for id in 1...6 { try server.post("hi", in: [4, 6].contains(id) ? "other" : "lobby") }
        let prev = [1: 0, 2: 1, 3: 2, 5: 3]
        let stream = try open("/rooms/lobby/events?user=ann&replay=\(count)")
        #expect(
            try stream.blocks(ids.count + 2)
                == [welcome(ids.first.map { $0 - 1 } ?? 6)] + ids.map { message($0, prev: prev[$0]!) }
                + [caughtUp(ids.count)])
    }

    @Test func positionOfAnotherLog_IsAGap_AndNoFlood() throws {
        for _ in 1...3 { try server.post("hi") }
        let gap =
            "event: gap\nid: \(server.epoch)-%\n" + #"data: {"room":"lobby","reason":"unknown","oldest_id":1}"# + "\n\n"
        let fresh = try open("/rooms/lobby/events?user=ann", "Last-Event-ID: zzz-1")
        #expect(try fresh.blocks(3) == [welcome(3, withID: false), gap.replacing("%", with: "3"), caughtUp(0)])
        let replaying = try open("/rooms/lobby/events?user=ann&replay=1&after=zzz-1")
        #expect(
            try replaying.blocks(4)
                == [welcome(2, withID: false), gap.replacing("%", with: "2"), message(3, prev: 2), caughtUp(1)])
        try server.post("ho")
        #expect(try fresh.blocks(1) == [message(4, prev: 3, "ho")])
        #expect(try replaying.blocks(1) == [message(4, prev: 3, "ho")])
    }

    @Test func resumeAfterARestart_HasNoGap() throws {
        let folder = TemporaryFolder()
        let epoch = try { () throws -> String in
            let first = try TestServer(in: folder)
            try first.post("one")
            try first.post("two")
            return first.epoch
        }()
        let second = try TestServer(in: folder)
        #expect(second.epoch == epoch)
        let stream = try TestStream(second, "/rooms/lobby/events", ["Last-Event-ID: \(epoch)-1"])
        let blocks = try stream.blocks(4)
        #expect(blocks[2].hasPrefix("event: message\nid: \(epoch)-2\n"))
        #expect(blocks[3] == caughtUp(1))
    }

    @Test func longHistory_ComesWhole_AndThenWhatIsLive() throws {
        let text = String(repeating: "x", count: 12_000)
        for _ in 1...30 { try server.post(text) }
        let stream = try open("/rooms/lobby/events?user=ann&after=0")
        try server.post("live")
        #expect(
            try stream.blocks(33)
                == [welcome(0, resumed: true)] + (1...30).map { message($0, prev: $0 - 1, text) } + [caughtUp(30)]
                + [message(31, prev: 30, "live")])
    }

    /// Another node, or a later life of this one, has handed the cursor out.
    @Test func cursorAheadOfTheHead_OpensWhenTheHeadGetsThere() throws {
        let waiting = try server.connect()
        try waiting.send(TestRequest("GET", "/rooms/lobby/events?user=ann&after=2"))
        for _ in 1...3 { try server.post("hi") }
        let head = try TestAnswer(headFrom: waiting)
        #expect(head.status == 200)
        var text = ""
        // The third may be there when the second opens it, and is replayed then.
        while ![0, 1].contains(where: { text.contains(caughtUp($0)) }) {
            text += String(decoding: try waiting.takeChunk(), as: UTF8.self)
        }
        #expect(text.contains(welcome(2, resumed: true)))
    }

    // MARK: What is refused

    @Test(
        arguments: [
            ("?after=x", nil, "bad_cursor"), ("?after=", nil, "bad_cursor"), ("", "Last-Event-ID: x", "bad_cursor"),
            ("?after=1", "Last-Event-ID: EPOCH-", "bad_cursor"), ("?after=-1", nil, "bad_cursor"),
            ("?heartbeat=4", nil, "bad_parameter"), ("?heartbeat=46", nil, "bad_parameter"),
            ("?heartbeat=x", nil, "bad_parameter"), ("?heartbeat=", nil, "bad_parameter"),
            ("?replay=-1", nil, "bad_parameter"), ("?replay=501", nil, "bad_parameter"),
            ("?replay=1e2", nil, "bad_parameter"),
        ] as [(String, String?, String)])
    func unsoundStream_IsRefused(query: String, header: String?, code: String) throws {
        for method in ["GET", "HEAD"] {
            let answer = try server.send(
                TestRequest(
                    method, "/rooms/lobby/events" + query,
                    headers: [header?.replacing("EPOCH", with: server.epoch)].compactMap(\.self)))
            #expect(answer.status == 400)
            #expect(answer["Content-Type"] == "application/problem+json")
            if method == "GET" { #expect(answer.code == code) }
        }
        #expect(try server.get("/rooms/a%20b/events").code == "bad_room_name")
        #expect(try server.get("/rooms/lobby/events?user=").status == 422)
        #expect(server.streams == 0)
    }

    // MARK: The end

    @Test func streamsThatLeave_AreForgotten() throws {
        var streams = try (0..<5).map { _ in try open("/rooms/lobby/events?user=ann") }
        for stream in streams { _ = try stream.blocks(2) }
        #expect(server.streams == 5)
        streams.removeAll()
        try waitUntil("the streams are gone") { server.streams == 0 }
    }

    @Test func drainedServer_EndsStreamsWithGoodbye() throws {
        let stream = try open("/rooms/lobby/events?user=ann")
        _ = try stream.blocks(2)
        try server.post("hi")
        server.drain()
        #expect(try stream.rest() == message(1, prev: 0) + goodbye)
        #expect(throws: TestFailure.self) { try server.connect() }
    }
}
