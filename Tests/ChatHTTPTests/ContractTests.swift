import Testing

/// Every route against every kind of bad input: the status, the code, and the shape of the refusal. What is refused leaves
/// no trace, and the connection in step.
@Suite struct ContractTests {
    private let server: TestServer
    private let conversation: TestConversation

    init() throws {
        server = try TestServer(files: ["index.html": "<!doctype html>", "app.js": "1"])
        try server.post("the only one")
        conversation = TestConversation(server)
    }

    /// Asks and expects a problem; with HEAD the same without a body.
    private func expect(
        _ request: TestRequest, _ status: Int, _ code: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let answer = try conversation.ask(request)
        answer.expectProblem(status, code, "\(request)", sourceLocation: sourceLocation)
        guard request.method == "GET" else { return }
        let head = try conversation.ask(TestRequest("HEAD", request.target, headers: request.headers))
        #expect(head.status == status, "HEAD \(request)", sourceLocation: sourceLocation)
        for name in ["Content-Type", "Content-Length", "Cache-Control", "Allow"] {
            #expect(head[name] == answer[name], "\(name) of HEAD \(request)", sourceLocation: sourceLocation)
        }
    }

    private func expectNothingHappened(sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(server.stored == 1, sourceLocation: sourceLocation)
        #expect(server.streams == 0, sourceLocation: sourceLocation)
        #expect(try conversation.ask(TestRequest("GET", "/healthz")).text == "ok\n", sourceLocation: sourceLocation)
    }

    // MARK: Rooms and paths

    /// `%` stands for a room's name.
    private static let roomRoutes: [(method: String, target: String)] = [
        ("GET", "/rooms/%"), ("POST", "/rooms/%"), ("GET", "/rooms/%/messages"), ("POST", "/rooms/%/messages"),
        ("GET", "/rooms/%/messages/1"), ("GET", "/rooms/%/events"), ("GET", "/rooms/%/members"),
        ("POST", "/rooms/%/typing"),
    ]

    private static func request(_ route: (method: String, target: String), room: String) -> TestRequest {
        let target = route.target.replacing("%", with: room)
        return route.method == "GET"
            ? TestRequest("GET", target)
            : TestRequest("POST", target, headers: ["Content-Type: text/plain"], body: "hi")
    }

    @Test(arguments: [
        "", ".", "..", "%2e%2e", "%2E", "a.b", "a%2Fb", "%2F", "%5C", "a%20b", "+", "*", "%2A", "a,b", "a%0Ab", "a%0D",
        "a%1B%5B2J", "a%C2%9B", "%E2%80%AE", "a%E2%80%8Bb", "%E2%80%A8", "%F0%9F%92%AC", "%CC%81", "%EF%BB%BFa", "~",
        "a%3Cscript%3E", "a%EF%B8%8F", "%E3%85%A4", "%EE%80%80", String(repeating: "x", count: 65),
        String(repeating: "%E5%A4%A7", count: 65), String(repeating: "x", count: 4000),
    ])
    func badRoomName_IsRefusedByEveryRoute(name: String) throws {
        for route in Self.roomRoutes { try expect(Self.request(route, room: name), 400, "bad_room_name") }
        guard !name.contains(",") && name != "*" && name != "%2A" else { return try expectNothingHappened() }
        try expect(TestRequest("GET", "/events?rooms=\(name)"), 400, "bad_room_name")
        try expect(TestRequest("GET", "/events?rooms=a,\(name),b"), 400, "bad_room_name")
        try expectNothingHappened()
    }

    @Test(arguments: ["%00", "a%00b", "%", "%4", "%zz", "%C3", "%ff", "%C0%AF", "%ED%A0%80", "%F4%90%80%80"])
    func malformedEscape_IsRefusedByEveryRoute(escape: String) throws {
        for route in Self.roomRoutes {
            // A name that an escape ends is cut short by what follows it.
            let room = escape == "%" || escape == "%4" ? escape + "!" : escape
            try expect(Self.request(route, room: room), 400, "malformed_request")
        }
        for target in ["/events?rooms=", "/?x=", "/healthz?", "/metrics?x=", "/app.js?", "/rooms?before=", "/"] {
            try expect(TestRequest("GET", target + escape), 400, "malformed_request")
        }
        try expectNothingHappened()
    }

    @Test(arguments: [
        "/nothing", "/healthz/", "//healthz", "/./healthz", "/../healthz", "/%2e%2e/healthz", "/healthz%2F", "/HEALTHZ",
        "/health%7A/x", "//rooms/lobby", "/rooms//lobby", "/rooms/lobby/", "/rooms/lobby//messages",
        "/rooms/lobby/messages/1/", "/rooms/lobby/../lobby/messages", "/rooms/lobby%2Fmessages/1/2", "/Rooms/lobby",
        "/rooms/lobby/Messages", "/rooms/lobby/messages/1/reactions/x", "/events/", "/events/lobby", "/app.js/x",
        "/app.js%2F..", "/.well-known/x", "/index.html/", "/..%2findex.html", "/openapi.json", "/search", "/session/",
    ])
    func nothing_IsNotFound_WhateverTheMethod(path: String) throws {
        try expect(TestRequest("GET", path), 404, "not_found")
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"] {
            try expect(TestRequest(method, path), 404, "not_found")
        }
        try expectNothingHappened()
    }

    @Test func whatIsThere_SaysWhatItTakes() throws {
        for (path, allow) in [
            ("/", "GET, HEAD, OPTIONS"), ("/app.js", "GET, HEAD, OPTIONS"), ("/events", "GET, HEAD, OPTIONS"),
            ("/rooms/lobby/typing", "OPTIONS, POST"), ("/rooms/unused", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
            ("/rooms/unused/messages/99", "DELETE, GET, HEAD, OPTIONS"),
        ] {
            for method in ["PUT", "DELETE", "PATCH", "GET", "POST", "HEAD"] where !allow.contains(method) {
                let answer = try conversation.ask(TestRequest(method, path))
                #expect(answer.status == 405 && answer["Allow"] == allow, "\(method) \(path) → \(answer)")
                if method != "HEAD" { answer.expectProblem(405, "method_not_allowed", "\(method) \(path)") }
            }
            let options = try conversation.ask(TestRequest("OPTIONS", path))
            #expect(options.status == 204 && options["Allow"] == allow && options["Content-Length"] ?? "0" == "0")
        }
        try expectNothingHappened()
    }

    // MARK: Arguments

    /// Where a place in the log is asked for; `%` stands for it.
    private static let positionArguments = [
        "/rooms/lobby/events?after=%", "/events?after=%", "/events?rooms=*&after=%", "/rooms/lobby/messages?before=%",
        "/rooms/lobby/messages?after=%", "/rooms/lobby/messages?around=%", "/rooms/lobby/messages?after=%&wait=5",
        "/rooms?before=%",
    ]

    @Test(arguments: [
        "", "-", "x", "-1", "1-", "--1", "1.0", "1e3", "0x10", "+1", "%2B1", "%201", "1%20", "k", "k-", "k-x", "k-1-2",
        "k--1", "K-1", "1k-1", "k_-1", "大-1", "%D9%A1", "k-%D9%A1", "%EF%BC%91", "9223372036854775808",
        "k-99999999999999999999", "abcdefghijklmnopq-1", "null", "*",
    ])
    func badCursor_IsRefusedWhereverOneIsTaken(cursor: String) throws {
        for target in Self.positionArguments {
            try expect(TestRequest("GET", target.replacing("%", with: cursor)), 400, "bad_cursor")
        }
        guard !cursor.isEmpty, !cursor.contains("%") else { return try expectNothingHappened() }
        // The header wins, also when it is the wrong one.
        for target in ["/rooms/lobby/events", "/events?after=1"] {
            try expect(TestRequest("GET", target, headers: ["Last-Event-ID: \(cursor)"]), 400, "bad_cursor")
        }
        try expectNothingHappened()
    }

    /// Numbers, and the least and the most that they may be; `%` stands for them.
    private static let numberArguments = [
        ("/rooms/lobby/events?replay=%", 0, 500), ("/rooms/lobby/events?heartbeat=%", 5, 45),
        ("/events?presence=%", 0, 1), ("/rooms/lobby/messages?limit=%", 1, 500), ("/rooms?limit=%", 1, 500),
        ("/rooms/lobby/messages?after=0&wait=%", 0, 45), ("/rooms/lobby/messages/1?await=reply&timeout=%", 1, 3600),
    ]

    @Test func badNumber_IsRefusedWhereverOneIsTaken() throws {
        for (target, least, most) in Self.numberArguments {
            for value in [
                "", "x", "\(least - 1)", "\(most + 1)", "\(most).0", "1e1", "0x5", "5%20", "%205", "٥", "5,5", "true",
                "9223372036854775808", "-9223372036854775809", String(repeating: "9", count: 1000),
            ] {
                try expect(TestRequest("GET", target.replacing("%", with: value)), 400, "bad_parameter")
            }
        }
        for target in [
            "/rooms/lobby/events?format=", "/events?format=SSE", "/events?format=json",
            "/rooms/lobby/messages/1?await=", "/rooms/lobby/messages/1?await=Reply",
            "/rooms/lobby/messages?before=1&after=1", "/rooms/lobby/messages?wait=1",
        ] {
            try expect(TestRequest("GET", target), 400, "bad_parameter")
        }
        try expectNothingHappened()
    }

    @Test func rooms_AreAtMostFifty() throws {
        let names = (1...51).map { "r\($0)" }
        try expect(TestRequest("GET", "/events?rooms=\(names.joined(separator: ","))"), 400, "too_many_rooms")
        // What is the same room counts once.
        let fifty = (Array(names.dropLast()) + ["R1", "r2"]).joined(separator: ",")
        #expect(try conversation.ask(TestRequest("HEAD", "/events?rooms=\(fifty)")).status == 200)
        try expectNothingHappened()
    }

    @Test func badID_IsRefused() throws {
        for id in ["0", "-1", "x", "1.0", "", "1e3", "%201", "9223372036854775808", "k-1", "٣", ".."] {
            try expect(TestRequest("GET", "/rooms/lobby/messages/\(id)"), 400, "bad_id")
        }
        try expect(TestRequest("GET", "/rooms/lobby/messages/9223372036854775807"), 404, "message_not_found")
        try expect(TestRequest("GET", "/rooms/other/messages/1"), 404, "message_not_found")
        try expect(TestRequest("GET", "/rooms/other/messages/1?await=reply"), 404, "message_not_found")
        try expect(TestRequest("GET", "/rooms/other"), 404, "room_not_found")
    }

    @Test func credential_IsCheckedWhereverOneMayBeGiven() throws {
        let bad = "Authorization: Bearer x"
        for target in ["/rooms/lobby/events", "/events?rooms=*"] {
            try expect(TestRequest("GET", target, headers: [bad]), 401, "bad_credential")
        }
        for path in ["/rooms/lobby", "/rooms/lobby/messages", "/rooms/lobby/typing"] {
            try expect(.text("hi", to: path, bad), 401, "bad_credential")
            try expect(.text("hi", to: path, "Origin: http://evil.example"), 403, "cross_origin")
            try expect(.text("hi", to: path, "Sec-Fetch-Site: cross-site"), 403, "cross_origin")
        }
        try expectNothingHappened()
    }

    @Test func largeBody_IsRefusedByEveryRoute() throws {
        let large = String(repeating: "x", count: 65 * 1024)
        for target in ["/rooms/lobby", "/rooms/lobby/messages", "/rooms/lobby/typing", "/nothing", "/rooms/%2e%2e"] {
            for method in ["POST", "PUT"] {
                try expect(TestRequest(method, target, body: large), 413, "body_too_large")
            }
        }
        try expectNothingHappened()
    }
}
