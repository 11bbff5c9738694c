import Chat
import ChatStreams
import Testing

/// Requests that wait for something to be said: long polls, and questions that await their reply.
@Suite struct WaitingTests {
    private let server: TestServer

    init() throws {
        server = try TestServer()
    }

    /// Sends a request, and waits until the server waits for what it asks for.
    private func begin(_ request: TestRequest) throws -> TestConnection {
        let before = server.hub.watchCount
        let connection = try server.connect()
        try connection.send(request)
        try waitUntil("the server waits") { server.hub.watchCount > before }
        return connection
    }

    private func texts(_ answer: TestAnswer) -> [String] {
        (answer.json["messages"] as? [[String: Any]] ?? []).compactMap { $0["text"] as? String }
    }

    // MARK: Long polls

    @Test func longPoll_IsAnsweredByTheNextMessage() throws {
        let first = try server.post("old")
        let poll = try begin(TestRequest("GET", "/rooms/lobby/messages?after=\(first)&wait=30"))
        try server.post("elsewhere", in: "other")
        let next = try server.post("new")
        let answer = try poll.answer()
        #expect(answer.status == 200)
        #expect(texts(answer) == ["new"])
        #expect(answer.json["cursor"] as? String == "\(server.epoch)-\(next)")
        #expect(server.hub.watchCount == 0)
    }

    @Test func longPoll_DoesNotWaitForWhatIsThere() throws {
        try server.post("one")
        #expect(try texts(server.get("/rooms/lobby/messages?after=0&wait=45")) == ["one"])
    }

    @Test func longPoll_EndsEmpty_WithWhereToGoOn() throws {
        try server.post("old")
        let answer = try server.get("/rooms/lobby/messages?after=1&wait=1")
        #expect(answer.status == 200)
        #expect(texts(answer) == [])
        #expect(answer.json["cursor"] as? String == "\(server.epoch)-1")
    }

    @Test(arguments: ["?wait=5", "?before=3&wait=5", "?after=0&wait=46", "?after=0&wait=x", "?after=0&wait=-1"])
    func longPoll_ThatMakesNoSense_IsRefused(query: String) throws {
        let answer = try server.get("/rooms/lobby/messages\(query)")
        #expect(answer.status == 400)
        #expect(answer.code == "bad_parameter")
    }

    @Test func clientThatLeaves_IsNotWaitedFor() throws {
        do {
            let poll = try begin(TestRequest("GET", "/rooms/lobby/messages?after=0&wait=45"))
            let question = try begin(.text("?", to: "/rooms/ops?await=reply&timeout=60"))
            _ = (poll, question)
        }
        try waitUntil("nobody is waited for") { server.hub.watchCount == 0 }
    }

    /// Also when so many are woken that they are still reading while the log is being closed.
    @Test func longPolls_EndEmpty_WhenTheServerStops() throws {
        try server.post("old")
        let polls = try (0..<100).map { _ in
            let poll = try server.connect()
            try poll.send(TestRequest("GET", "/rooms/lobby/messages?after=1&wait=45"))
            return poll
        }
        try waitUntil("all wait") { server.hub.watchCount == polls.count }
        server.drain()
        for poll in polls {
            let answer = try poll.answer()
            #expect(answer.status == 200)
            #expect(texts(answer) == [])
        }
    }

    @Test func headOfALongPoll_WaitsToo_AndHasNoBody() throws {
        let poll = try begin(TestRequest("HEAD", "/rooms/lobby/messages?after=0&wait=45"))
        try server.post("new")
        let answer = try poll.answer(to: "HEAD")
        #expect(answer.status == 200)
        try poll.send(TestRequest("GET", "/healthz"))
        #expect(try poll.answer().status == 200)
    }

    @Test func requestBehindALongPoll_IsAnsweredAfterIt() throws {
        let poll = try begin(TestRequest("GET", "/rooms/lobby/messages?after=0&wait=45"))
        try poll.send(TestRequest("GET", "/rooms/other/messages/7"))
        try server.post("new")
        #expect(try texts(poll.answer()) == ["new"])
        #expect(try poll.answer().code == "message_not_found")
    }

    // MARK: Questions

    @Test func question_IsAnsweredByItsReply() throws {
        let asked = try begin(.json(#"{"text":"deploy?","user":"ci"}"#, to: "/rooms/ops?await=reply&timeout=60"))
        try server.post("no reply", in: "ops")
        _ = try server.send(.json(#"{"text":"yes","user":"ann","reply_to":1}"#, to: "/rooms/ops"))
        _ = try server.send(.json(#"{"text":"no","user":"bob","reply_to":1}"#, to: "/rooms/ops"))
        let answer = try asked.answer()
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "application/json")
        #expect(answer["Location"] == "/rooms/ops/messages/1")
        #expect(answer.json["text"] as? String == "yes")
        #expect(answer.json["reply_to"] as? Int == 1)
    }

    @Test func script_GetsOnlyTheText() throws {
        let asked = try begin(.text("?", to: "/rooms/ops?user=ci&await=reply", "Accept: text/plain"))
        _ = try server.send(.json(#"{"text":"ja\nwohl","reply_to":1}"#, to: "/rooms/ops"))
        let answer = try asked.answer()
        #expect(answer.text == "ja\nwohl\n")
        #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
    }

    @Test func questionWithoutAReply_SaysWhereItIs() throws {
        let answer = try server.send(.text("?", to: "/rooms/ops?user=ci&await=reply&timeout=1"))
        #expect(answer.status == 504)
        #expect(answer.code == "no_reply")
        #expect(answer.json["id"] as? Int == 1)
        #expect(answer["Location"] == "/rooms/ops/messages/1")
    }

    @Test func question_CountsAsAPost_HoweverItIsAnswered() throws {
        #expect(try server.send(.text("?", to: "/rooms/ops?user=ci&await=reply&timeout=1")).status == 504)
        let metrics = try server.get("/metrics").text
        #expect(metrics.contains(#"roomcast_posts_total{outcome="stored"} 1"#))
        #expect(metrics.contains(#"roomcast_posts_total{outcome="unknown"} 0"#))
        // It waited for a person.
        #expect(metrics.contains(#"roomcast_http_request_duration_seconds_count{kind="change"} 0"#))
    }

    @Test func repeatedQuestion_FindsTheReplyThatCameMeanwhile() throws {
        let question = TestRequest.text("?", to: "/rooms/ops?user=ci&await=reply&timeout=1", "Idempotency-Key: b1")
        #expect(try server.send(question).status == 504)
        _ = try server.send(.json(#"{"text":"yes","reply_to":1}"#, to: "/rooms/ops"))
        let answer = try server.send(question)
        #expect(answer.status == 200)
        #expect(answer.json["text"] as? String == "yes")
        #expect(server.stored == 2)
        #expect(try server.get("/rooms/ops/messages/1?await=reply").json["text"] as? String == "yes")
        #expect(try server.get("/rooms/ops/messages/7?await=reply").code == "message_not_found")
    }

    /// Whoever was told of the reply finds nothing, as when it is removed at once; and would wait for nobody.
    @Test func replyThatCannotBeFound_IsNoReply() throws {
        let asked = try begin(.text("?", to: "/rooms/ops?user=ci&await=reply&timeout=3600"))
        let phantom = RoomEvent(id: 2, room: try RoomName("ops"), kind: .message, json: [], replyTo: 1)
        server.hub.committed(CommittedBatch(events: [phantom], head: 1, answers: []), isFollowed: false)
        let answer = try asked.answer()
        #expect(answer.status == 504)
        #expect(answer.code == "no_reply")
    }

    @Test func question_WaitsOnOverARestart() throws {
        let folder = TemporaryFolder()
        let question = TestRequest.text("?", to: "/rooms/ops?user=ci&await=reply&timeout=60", "Idempotency-Key: b1")
        do {
            let first = try TestServer(in: folder)
            let asked = try first.connect()
            try asked.send(question)
            try waitUntil("the server waits") { first.hub.watchCount == 1 }
            first.drain()
            let ended = try asked.answer()
            #expect(ended.status == 503)
            #expect(ended.code == "shutting_down")
            #expect(ended["Retry-After"] == "1")
        }

        let second = try TestServer(in: folder)
        let again = try second.connect()
        try again.send(question)
        try waitUntil("the server waits") { second.hub.watchCount == 1 }
        _ = try second.send(.json(#"{"text":"yes","reply_to":1}"#, to: "/rooms/ops"))
        #expect(try again.answer().json["text"] as? String == "yes")
        #expect(second.stored == 2)
    }

    @Test func questionThatIsRefused_DoesNotWait() throws {
        #expect(try server.send(.text(" ", to: "/rooms/ops?await=reply")).code == "empty_text")
        #expect(try server.send(.text("?", to: "/rooms/ops?await=answer")).code == "bad_parameter")
        #expect(try server.send(.text("?", to: "/rooms/ops?await=reply&timeout=0")).code == "bad_parameter")
        #expect(try server.send(.text("?", to: "/rooms/ops?await=reply&timeout=3601")).code == "bad_parameter")
        #expect(server.stored == 0)
    }
}
