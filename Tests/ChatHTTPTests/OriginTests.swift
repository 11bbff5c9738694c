import ChatHTTP
import Testing

@Suite struct OriginTests {
    @Test(arguments: [
        ["Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: cross-site", "Origin: http://chat.example"],
        ["Origin: http://evil.example"],
        ["Origin: http://chat.example:8080"],
        ["Origin: http://chat.example.evil.example"],
        ["Origin: http://evilchat.example"],
        ["Origin: null"],
        ["Origin: ftp://chat.example"],
        ["Origin: chat.example"],
    ])
    func postFromAnotherSite_IsRefused(headers: [String]) throws {
        let server = try TestServer()
        let answer = try server.send(
            TestRequest("POST", "/rooms/lobby", headers: headers + ["Content-Type: text/plain"], body: "hi"))
        #expect(answer.status == 403)
        #expect(answer.code == "cross_origin")
        #expect(server.stored == 0)
    }

    @Test(arguments: [
        [],
        ["Origin: http://chat.example"],
        ["Origin: https://chat.example"],
        ["Origin: https://CHAT.example"],
        ["Origin: http://chat.example", "Host: chat.example:80"],
        ["Origin: https://chat.example", "Host: chat.example:443"],
        ["Origin: http://localhost:8080", "Host: localhost:8080"],
        ["Origin: http://[::1]:8080", "Host: [::1]:8080", "Sec-Fetch-Site: same-origin"],
        ["Sec-Fetch-Site: none"],
    ])
    func postFromItsOwnPage_IsTaken(headers: [String]) throws {
        let answer = try TestServer().send(
            TestRequest("POST", "/rooms/lobby", headers: headers + ["Content-Type: text/plain"], body: "hi"))
        #expect(answer.status == 201)
    }

    @Test func reading_IsForEveryPage() throws {
        let answer = try TestServer().get(
            "/rooms/lobby/messages", "Origin: http://evil.example", "Sec-Fetch-Site: cross-site")
        #expect(answer.status == 200)
    }

    // MARK: Allowed origins

    private static func server(_ origins: String...) throws -> TestServer {
        var settings = ChatService.Settings()
        settings.allowedOrigins = try origins.map { try AllowedOrigin($0) }
        return try TestServer(settings: settings)
    }

    private static let page = "https://app.example"

    @Test(arguments: [
        TestRequest("GET", "/healthz"), TestRequest("GET", "/rooms/lobby/messages"), TestRequest("GET", "/nothing"),
        TestRequest("HEAD", "/events"), TestRequest("PUT", "/healthz"), .text("hi"), .text(""),
        TestRequest("OPTIONS", "/rooms/lobby"),
    ])
    func answerToAnAllowedOrigin_MayBeRead(request: TestRequest) throws {
        var request = request
        request.headers += ["Origin: \(Self.page)", "Sec-Fetch-Site: cross-site"]
        let answer = try Self.server("https://other.example", Self.page).send(request)
        #expect(answer.status != 403)
        #expect(answer["Access-Control-Allow-Origin"] == Self.page)
        #expect(answer["Access-Control-Allow-Credentials"] == "true")
        #expect(answer["Access-Control-Expose-Headers"] == "Location, Retry-After, ETag")
        #expect(answer["Vary"] == "Origin")
    }

    @Test func stream_MayBeReadByAnAllowedOrigin() throws {
        let stream = try TestStream(Self.server(Self.page), "/events", ["Origin: \(Self.page)"])
        #expect(stream.head["Access-Control-Allow-Origin"] == Self.page)
        #expect(stream.head["Vary"] == "Origin")
    }

    @Test func answerToAnotherOrigin_SaysNothing() throws {
        let server = try Self.server(Self.page)
        for origin in [
            "https://evil.example", "http://app.example", "https://app.example:444", "https://app.example.evil.example",
            "null",
        ] {
            let answer = try server.get("/healthz", "Origin: \(origin)")
            #expect(answer.status == 200)
            #expect(answer["Access-Control-Allow-Origin"] == nil)
            #expect(answer["Access-Control-Allow-Credentials"] == nil)
            #expect(answer["Vary"] == "Origin")
            let post = try server.send(.text("hi", to: "/rooms/lobby", "Origin: \(origin)"))
            #expect(post.code == "cross_origin")
        }
        #expect(try server.get("/healthz")["Vary"] == "Origin")
        #expect(server.stored == 0)
    }

    @Test func star_AllowsEveryone_WithoutCredentials() throws {
        let server = try Self.server("*")
        for headers in [["Origin: https://evil.example"], ["Origin: null"], ["Sec-Fetch-Site: cross-site"]] {
            var request = TestRequest.text("hi")
            request.headers += headers
            let answer = try server.send(request)
            #expect(answer.status == 201)
            #expect(answer["Access-Control-Allow-Origin"] == "*")
            #expect(answer["Access-Control-Allow-Credentials"] == nil)
            #expect(answer["Vary"] == nil)
        }
    }

    @Test func star_LeavesCredentialsToThoseWhoAreNamed() throws {
        let server = try Self.server("*", Self.page)
        let named = try server.get("/healthz", "Origin: \(Self.page)")
        #expect(named["Access-Control-Allow-Origin"] == Self.page)
        #expect(named["Access-Control-Allow-Credentials"] == "true")
        let other = try server.get("/healthz", "Origin: https://other.example")
        #expect(other["Access-Control-Allow-Origin"] == "*")
        #expect(other["Access-Control-Allow-Credentials"] == nil)
        #expect(other["Vary"] == "Origin")
    }

    @Test func withoutAllowedOrigins_NothingIsSaid() throws {
        let answer = try TestServer().get("/healthz", "Origin: \(Self.page)")
        #expect(!answer.headers.contains { $0.name.hasPrefix("Access-Control") || $0.name == "Vary" })
    }

    @Test func preflight_TellsWhatMayBeSent() throws {
        let server = try Self.server(Self.page)
        func ask(_ path: String, _ headers: String...) throws -> TestAnswer {
            try server.send(TestRequest("OPTIONS", path, headers: headers))
        }
        let answer = try ask(
            "/rooms/lobby/messages", "Origin: \(Self.page)", "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: content-type,idempotency-key", "Sec-Fetch-Site: cross-site")
        #expect(answer.status == 204)
        #expect(answer["Access-Control-Allow-Origin"] == Self.page)
        #expect(answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST")
        #expect(
            answer["Access-Control-Allow-Headers"] == "Content-Type, Idempotency-Key, Last-Event-ID, Authorization")
        #expect(answer["Access-Control-Max-Age"] == "600")
        #expect(answer["Allow"] == "GET, HEAD, OPTIONS, POST")
        let stream = try ask("/events", "Origin: \(Self.page)", "Access-Control-Request-Method: GET")
        #expect(stream["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS")
        let other = try ask("/events", "Origin: https://evil.example", "Access-Control-Request-Method: GET")
        #expect(other.status == 204)
        #expect(!other.headers.contains { $0.name.hasPrefix("Access-Control") })
    }

    @Test(arguments: [
        ("*", AllowedOrigin.any), ("https://chat.example", .named("https://chat.example")),
        ("HTTPS://Chat.Example:443", .named("https://chat.example")), ("http://a:80", .named("http://a")),
        ("http://a:443", .named("http://a:443")), ("http://localhost:3000", .named("http://localhost:3000")),
        ("http://[::1]:8080", .named("http://[::1]:8080")), ("http://[::1]", .named("http://[::1]")),
        ("capacitor://localhost", .named("capacitor://localhost")),
        ("chrome-extension://abcdef", .named("chrome-extension://abcdef")),
    ])
    func origin_IsRead(text: String, expected: AllowedOrigin) throws {
        #expect(try AllowedOrigin(text) == expected)
    }

    @Test(arguments: [
        "", "null", "chat.example", "https://", "https://chat.example/", "https://chat.example/app",
        "https://*.example",
        "https://user@chat.example", "https://chat.example?x", "https://chat.example:", "https://chat.example:x",
        "https://chat.example:65536", "https://大厅.example", "https://a b", "://a", "1http://a", "https://[::1",
        "https://a,https://b", "**",
    ])
    func otherText_IsNoOrigin(text: String) {
        #expect(throws: AllowedOrigin.Unsound.self) { try AllowedOrigin(text) }
    }
}
