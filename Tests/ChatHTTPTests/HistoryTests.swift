import Testing

@Suite struct HistoryTests {
    private let server: TestServer

    /// Ten messages: 1…9 in `lobby` but for 4 and 7, which are in `other`, then 10.
    init() throws {
        server = try TestServer()
        for id in 1...10 { try server.post("m\(id)", in: [4, 7].contains(id) ? "other" : "lobby") }
    }

    struct Window: Sendable, CustomTestStringConvertible {
        let query: String
        let ids: [Int]
        let before: Bool
        let after: Bool
        /// The cursor's id.
        let cursor: Int

        init(_ query: String, _ ids: [Int], before: Bool, after: Bool, cursor: Int) {
            self.query = query
            self.ids = ids
            self.before = before
            self.after = after
            self.cursor = cursor
        }

        var testDescription: String { query }
    }

    @Test(arguments: [
        Window("", [1, 2, 3, 5, 6, 8, 9, 10], before: false, after: false, cursor: 10),
        Window("?limit=3", [8, 9, 10], before: true, after: false, cursor: 10),
        Window("?limit=500", [1, 2, 3, 5, 6, 8, 9, 10], before: false, after: false, cursor: 10),
        Window("?before=8&limit=2", [5, 6], before: true, after: true, cursor: 6),
        Window("?before=EPOCH-8&limit=2", [5, 6], before: true, after: true, cursor: 6),
        Window("?before=4", [1, 2, 3], before: false, after: true, cursor: 3),
        Window("?before=1", [], before: false, after: true, cursor: 0),
        Window("?before=0", [], before: false, after: true, cursor: 0),
        Window("?before=999&limit=1", [10], before: true, after: false, cursor: 10),
        Window("?after=0&limit=2", [1, 2], before: false, after: true, cursor: 2),
        Window("?after=3&limit=3", [5, 6, 8], before: true, after: true, cursor: 8),
        Window("?after=EPOCH-8", [9, 10], before: true, after: false, cursor: 10),
        Window("?after=10", [], before: true, after: false, cursor: 10),
        Window("?after=999", [], before: true, after: false, cursor: 10),
        Window("?around=5&limit=3", [3, 5, 6], before: true, after: true, cursor: 6),
        Window("?around=7&limit=4", [5, 6, 8, 9], before: true, after: true, cursor: 9),
        Window("?around=1&limit=3", [1, 2, 3], before: false, after: true, cursor: 3),
        Window("?around=10&limit=3", [8, 9, 10], before: true, after: false, cursor: 10),
        Window("?limit=2&user=ann&unknown=1", [9, 10], before: true, after: false, cursor: 10),
    ])
    func window_ShowsItsPart_AndWhereAStreamGoesOn(window: Window) throws {
        let query = window.query.replacing("EPOCH", with: server.epoch)
        let answer = try server.get("/rooms/lobby/messages" + query)
        #expect(answer.status == 200, "\(answer)")
        let messages = answer.json["messages"] as? [[String: Any]] ?? []
        #expect(messages.map { $0["id"] as? Int } == window.ids)
        #expect(answer.json["has_more_before"] as? Bool == window.before)
        #expect(answer.json["has_more_after"] as? Bool == window.after)
        #expect(answer.json["cursor"] as? String == "\(server.epoch)-\(window.cursor)")
        #expect(answer["Content-Type"] == "application/json")
        #expect(answer["Cache-Control"] == "no-store")
    }

    @Test func history_IsByteExact() throws {
        func message(_ id: Int, prev: Int) -> String {
            #"{"id":\#(id),"room":"other","prev":\#(prev),"user":"ann","guest":true,"text":"m\#(id)","#
                + #""sent_at":"\#(TestServer.timeText)"}"#
        }
        #expect(
            try server.get("/rooms/other/messages").text
                == #"{"messages":[\#(message(4, prev: 0)),\#(message(7, prev: 4))],"has_more_before":false,"#
                + #""has_more_after":false,"cursor":"\#(server.epoch)-10"}"# + "\n")
    }

    @Test func unusedRoom_HasAnEmptyHistory() throws {
        #expect(
            try server.get("/rooms/unused/messages?before=5").text
                == #"{"messages":[],"has_more_before":false,"has_more_after":false,"cursor":"\#(server.epoch)-10"}"#
                + "\n")
    }

    @Test func historyAndStream_HaveNoSeam() throws {
        let cursor = try #require(try server.get("/rooms/lobby/messages?after=3&limit=2").json["cursor"] as? String)
        let stream = try TestStream(server, "/rooms/lobby/events?after=\(cursor)")
        let ids = try stream.blocks(6).filter { $0.hasPrefix("event: message") }.map { $0.split(separator: "\n")[1] }
        #expect(ids == [8, 9, 10].map { "id: \(server.epoch)-\($0)" })
    }

    @Test(arguments: [
        ("?limit=0", 400, "bad_parameter"), ("?limit=501", 400, "bad_parameter"), ("?limit=x", 400, "bad_parameter"),
        ("?limit=", 400, "bad_parameter"), ("?limit=-1", 400, "bad_parameter"), ("?limit=1.5", 400, "bad_parameter"),
        ("?limit=99999999999999999999", 400, "bad_parameter"),
        ("?before=1&after=2", 400, "bad_parameter"), ("?before=1&around=1", 400, "bad_parameter"),
        ("?before=x", 400, "bad_cursor"), ("?after=", 400, "bad_cursor"), ("?around=-1", 400, "bad_cursor"),
        ("?after=EPOCH-", 400, "bad_cursor"), ("?after=EPOCH-1-1", 400, "bad_cursor"),
        ("?after=9223372036854775808", 400, "bad_cursor"),
        ("?before=zzz-1", 410, "unknown_epoch"), ("?after=zzz-1", 410, "unknown_epoch"),
        ("?around=zzz-1", 410, "unknown_epoch"), ("?after=%ff", 400, "malformed_request"),
    ])
    func unsoundWindow_IsRefused(query: String, status: Int, code: String) throws {
        let answer = try server.get("/rooms/lobby/messages" + query.replacing("EPOCH", with: server.epoch))
        #expect(answer.status == status)
        #expect(answer.code == code)
    }

    // MARK: One message

    @Test func message_IsShownInItsRoom() throws {
        let answer = try server.get("/rooms/lobby/messages/5")
        #expect(answer.status == 200)
        #expect(
            answer.text == #"{"id":5,"room":"lobby","prev":3,"user":"ann","guest":true,"text":"m5","#
                + #""sent_at":"\#(TestServer.timeText)"}"# + "\n")
        #expect(answer["Content-Type"] == "application/json")
        #expect(answer["Cache-Control"] == "no-store")
    }

    @Test(arguments: [
        ("/rooms/lobby/messages/4", 404, "message_not_found"), ("/rooms/lobby/messages/11", 404, "message_not_found"),
        ("/rooms/unused/messages/1", 404, "message_not_found"),
        ("/rooms/lobby/messages/9223372036854775807", 404, "message_not_found"),
        ("/rooms/lobby/messages/0", 400, "bad_id"), ("/rooms/lobby/messages/-1", 400, "bad_id"),
        ("/rooms/lobby/messages/x", 400, "bad_id"), ("/rooms/lobby/messages/", 400, "bad_id"),
        ("/rooms/lobby/messages/9223372036854775808", 400, "bad_id"), ("/rooms/a%20b/messages/1", 400, "bad_room_name"),
        ("/rooms/lobby/messages/1/x", 404, "not_found"),
    ])
    func otherMessage_IsNotFound(target: String, status: Int, code: String) throws {
        let answer = try server.get(target)
        #expect(answer.status == status)
        #expect(answer.code == code)
    }
}
