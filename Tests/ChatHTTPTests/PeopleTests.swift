import Testing

/// Who is here and who types, and which rooms there are, as clients see it.
@Suite struct PeopleTests {
    private let server: TestServer

    init() throws {
        server = try TestServer()
    }

    private func open(_ target: String) throws -> TestStream {
        try TestStream(server, target, hearsOfPeople: true)
    }

    private func members(_ room: String = "lobby") throws -> String {
        try server.get("/rooms/\(room)/members").text
    }

    @Test func people_SeeEachOther() throws {
        let ann = try open("/rooms/lobby/events?user=ann")
        #expect(
            try ann.blocks(4)[3] == "event: presence\n" + #"data: {"room":"lobby","present":["ann"],"count":1}"#
                + "\n\n")
        let bob = try open("/rooms/lobby/events?user=bob")
        #expect(
            try ann.blocks(1)[0] == "event: presence\n"
                + #"data: {"room":"lobby","joined":["bob"],"left":[],"count":2}"# + "\n\n")
        _ = bob
        #expect(try members() == #"{"members":[],"guests":["ann","bob"],"count":2}"# + "\n")
        #expect(try members("other") == #"{"members":[],"guests":[],"count":0}"# + "\n")
    }

    @Test func listener_MayStayUnlisted() throws {
        let spy = try open("/rooms/lobby/events?user=spy&presence=0")
        #expect(try spy.blocks(4)[3].contains(#""present":[],"count":0"#))
        #expect(try members().contains(#""count":0"#))
        #expect(try server.get("/rooms/lobby/events?presence=2").code == "bad_parameter")
    }

    @Test func typing_IsToldToTheRoom() throws {
        let ann = try open("/rooms/lobby/events?user=ann")
        _ = try ann.blocks(4)
        let answers = [
            try server.send(TestRequest("POST", "/rooms/lobby/typing?user=bob")),
            try server.send(.json(#"{"user":"cid"}"#, to: "/rooms/lobby/typing")),
            try server.send(.form("user=dan", to: "/rooms/lobby/typing")),
        ]
        #expect(answers.map(\.status) == [204, 204, 204])
        let typing = try ann.blocks(3)
        #expect(
            typing
                == ["bob", "cid", "dan"].map { "event: typing\n" + #"data: {"room":"lobby","user":"\#($0)"}"# + "\n\n" }
        )
        #expect(server.stored == 0)
    }

    @Test func typing_TakesNoOtherMethod_AndNoBadName() throws {
        #expect(try server.get("/rooms/lobby/typing").status == 405)
        for body in ["{", #"{"user":5}"#, "who=dan"] {
            #expect(try server.send(.json(body, to: "/rooms/lobby/typing")).code == "bad_json")
        }
        #expect(try server.send(TestRequest("POST", "/rooms/a%20b/typing")).code == "bad_room_name")
        #expect(try server.send(TestRequest("POST", "/rooms/lobby/typing?user=%20")).code == "bad_user_name")
        #expect(
            try server.send(TestRequest("POST", "/rooms/lobby/typing", headers: ["Origin: http://evil.example"])).code
                == "cross_origin")
    }

    // MARK: Rooms

    @Test func rooms_AreListed_NewestActivityFirst() throws {
        try server.post("1", in: "a")
        try server.post("2", in: "b")
        try server.post("3", in: "a")
        let stream = try open("/rooms/b/events?user=ann")
        _ = try stream.blocks(4)
        let time = TestServer.timeText
        #expect(
            try server.get("/rooms").text
                == #"{"rooms":[{"name":"a","visibility":"public","guests":"write","last_id":3,"last_at":"\#(time)","count":0},"#
                + #"{"name":"b","visibility":"public","guests":"write","last_id":2,"last_at":"\#(time)","count":1}],"has_more":false}"#
                + "\n")
    }

    @Test func rooms_ComeInPages() throws {
        for name in ["a", "b", "c"] { try server.post("hi", in: name) }
        let first = try server.get("/rooms?limit=2").json
        #expect((first["rooms"] as? [[String: Any]])?.map { $0["name"] as? String } == ["c", "b"])
        #expect(first["has_more"] as? Bool == true)
        let rest = try server.get("/rooms?limit=2&before=2").json
        #expect((rest["rooms"] as? [[String: Any]])?.map { $0["name"] as? String } == ["a"])
        #expect(rest["has_more"] as? Bool == false)
        #expect(try server.get("/rooms?limit=0").code == "bad_parameter")
        #expect(try server.get("/rooms?before=x").code == "bad_cursor")
        #expect(try server.get("/rooms?before=zzzz-4").code == "unknown_epoch")
    }

    @Test func room_IsShownInJSON() throws {
        try server.post("1", in: "大厅".percentEncodedForTest)
        try server.post("2", in: "大厅".percentEncodedForTest)
        let answer = try server.get("/rooms/%E5%A4%A7%E5%8E%85")
        #expect(
            answer.text
                == #"{"name":"大厅","visibility":"public","guests":"write","last_id":2,"last_at":"\#(TestServer.timeText)","count":0,"oldest_id":1}"#
                + "\n")
        #expect(answer["Vary"] == "Accept")
        let unused = try server.get("/rooms/unused", "Accept: */*")
        #expect(unused.status == 404)
        #expect(unused.code == "room_not_found")
    }

    // MARK: All rooms

    @Test func streamOfAllRooms_HasNewOnes_AndNobodyInThem() throws {
        try server.post("old", in: "a")
        let stream = try open("/events?rooms=*&format=text&user=ann&replay=5")
        try server.post("new", in: "b")
        let lines = try stream.lines(3)
        #expect(lines[0] == "-- ann listens to * --\n")
        #expect(lines[1].hasSuffix("#a ann: old\n"))
        #expect(lines[2].hasSuffix("#b ann: new\n"))
        #expect(try members("a").contains(#""count":0"#))
        #expect(try server.get("/events?rooms=*,a").code == "bad_room_name")
    }
}

extension String {
    fileprivate var percentEncodedForTest: String {
        utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
