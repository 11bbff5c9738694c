import Testing

/// Paths and methods.
@Suite struct RoutingTests {
    private let server: TestServer

    init() throws {
        server = try TestServer(files: ["index.html": "<!doctype html>", "app.js": "1"])
        try server.post("hi")
    }

    private static let reading = "GET, HEAD, OPTIONS"
    private static let posting = "GET, HEAD, OPTIONS, POST"
    private static let paths = [
        ("/healthz", reading), ("/readyz", reading), ("/metrics", reading), ("/rooms", reading),
        ("/rooms/lobby", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
        ("/rooms/lobby/members", reading), ("/rooms/lobby/typing", "OPTIONS, POST"), ("/rooms/lobby/messages", posting),
        ("/rooms/lobby/messages/1", "DELETE, GET, HEAD, OPTIONS"), ("/rooms/lobby/events", reading), ("/", reading),
        ("/app.js", reading),
    ]

    @Test(arguments: paths, ["PUT", "PATCH", "DELETE", "TRACE", "post", "BREW", "POST"])
    func otherMethod_IsNotAllowed(path: (String, String), method: String) throws {
        guard !path.1.contains(method) else { return }
        let answer = try server.send(TestRequest(method, path.0, headers: ["Origin: http://evil.example"]))
        #expect(answer.status == 405)
        #expect(answer.code == "method_not_allowed")
        #expect(answer["Allow"] == path.1)
    }

    @Test(arguments: paths)
    func options_TellWhatIsAllowed(path: String, allow: String) throws {
        let answer = try server.send(TestRequest("OPTIONS", path))
        #expect(answer.status == 204)
        #expect(answer["Allow"] == allow)
    }

    @Test func optionsOfTheServer_AreAnswered() throws {
        let answer = try server.send(TestRequest("OPTIONS", "*"))
        #expect(answer.status == 204)
        #expect(answer["Allow"] != nil)
    }

    @Test(arguments: paths.filter { $0.1.contains("GET") }.map(\.0))
    func head_IsGetWithoutTheBody(path: String) throws {
        let connection = try server.connect()
        try connection.send(TestRequest("HEAD", path))
        let head = try connection.answer(to: "HEAD")
        #expect(head.status == 200)
        // Nothing of a body is on the connection: what comes next is the next answer.
        try connection.send(TestRequest("GET", "/healthz"))
        #expect(try connection.answer().text == "ok\n")
        guard !path.hasSuffix("/events") else {
            #expect(head["Content-Type"] == "text/event-stream")
            return
        }
        let get = try server.get(path)
        for name in ["Content-Type", "Content-Length", "Cache-Control", "Content-Security-Policy"] {
            // Metrics are never the same twice.
            if path == "/metrics" && name == "Content-Length" { continue }
            #expect(head[name] == get[name])
        }
    }

    @Test func healthz_SaysOK() throws {
        let answer = try server.get("/healthz")
        #expect(answer.status == 200)
        #expect(answer.text == "ok\n")
        #expect(answer["Content-Type"] == "text/plain")
        #expect(answer["Cache-Control"] == "no-store")
    }

    @Test(arguments: [
        "/nothing", "/rooms/lobby/nothing", "/rooms/lobby/messages/1/2", "/healthz/", "/Healthz", "/messages",
        "/rooms/lobby/events/", "//", "/rooms//lobby/messages",
    ])
    func unknownPath_IsNotFound(path: String) throws {
        let answer = try server.get(path)
        #expect(answer.status == 404)
        #expect(answer.code == "not_found")
        #expect(answer["Content-Type"] == "application/problem+json")
    }

    @Test(arguments: ["nothing", "rooms/lobby", "ftp://h/", "/%", "/%4", "/%zz", "/%00", "/%ff", "/?a=%"])
    func malformedTarget_IsRefused(target: String) throws {
        let answer = try server.get(target)
        #expect(answer.status == 400)
        #expect(answer.code == "malformed_request")
    }

    @Test(arguments: [
        (["Content-Length: 2", "Content-Length: 2"], 400), (["Content-Length: 2", "Transfer-Encoding: chunked"], 400),
        (["Transfer-Encoding: gzip, chunked"], 400), (["Host: a", "Host: b"], 400),
    ])
    func doubtfulFraming_IsRefused(headers: [String], status: Int) throws {
        var request = TestRequest("POST", "/rooms/lobby", headers: ["Content-Type: text/plain"] + headers)
        if !headers.contains(where: { $0.hasPrefix("Content-Length") || $0.hasPrefix("Transfer") }) {
            request.headers.append("Content-Length: 0")
        }
        let answer = try server.send(request)
        #expect(answer.status == status)
        #expect(answer.code == "malformed_request")
        #expect(server.stored == 1)
    }

    @Test func otherVersions_AreNotSpoken() throws {
        var request = TestRequest("GET", "/healthz")
        request.version = "HTTP/1.2"
        let answer = try server.send(request)
        #expect(answer.status == 505)
        #expect(answer.code == "unsupported_version")
    }

    @Test func slashBehindARoom_LeadsABrowserToIt() throws {
        let browser = "Accept: text/html,*/*;q=0.8"
        let answer = try server.get("/rooms/%E5%A4%A7%E5%8E%85/?at=12", browser)
        #expect(answer.status == 308)
        #expect(answer["Location"] == "../%E5%A4%A7%E5%8E%85?at=12")
        #expect(try server.get("/rooms/lobby/", "Accept: */*").code == "not_found")
        for nothing in ["/rooms/a%20b/", "/rooms/lobby//", "//lobby/", "/accounts/ann/"] {
            #expect(try server.get(nothing, browser).status == 404, "\(nothing)")
        }
    }

    @Test func roomsAddress_IsThePageToABrowser() throws {
        let browser = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        let answer = try server.get("/rooms/%E5%A4%A7%E5%8E%85", browser)
        #expect(answer.status == 200)
        #expect(answer["Vary"] == "Accept")
        #expect(answer.text == "<!doctype html>")
        #expect(answer["Content-Type"] == "text/html; charset=utf-8")
        let bad = try server.get("/rooms/a%20b", browser)
        #expect(bad.status == 400)
        #expect(bad["Vary"] == "Accept")
        #expect(bad["Content-Type"] == "text/html; charset=utf-8")
        #expect(bad["Content-Security-Policy"] != nil)
        #expect(bad.text.contains("<h1>No room can have this name</h1>"))
        let told = try server.get("/rooms/a%20b", "Accept: */*")
        #expect(told.code == "bad_room_name")
        #expect(told["Vary"] == "Accept")
        let bare = try TestServer().get("/rooms/lobby", browser)
        #expect(bare.status == 404)
        #expect(bare.code == "no_page")
    }
}
