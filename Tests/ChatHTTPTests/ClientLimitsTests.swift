import ChatHTTP
import ChatStreams
import Testing

/// The limits as clients meet them.
@Suite struct ClientLimitsTests {
    private static func settings(
        rate: PostRate? = nil, streams: Int? = nil, waits: Int? = nil, proxies: [String] = []
    ) throws -> ChatService.Settings {
        var settings = ChatService.Settings()
        settings.postRate = rate
        settings.streamsPerAddress = streams
        settings.waitsPerAddress = waits
        settings.trustedProxies = try proxies.map { try AddressBlock($0) }
        return settings
    }

    @Test func postOverTheRate_IsToldWhenToComeAgain() throws {
        let clock = ManualClock()
        let server = try TestServer(
            settings: Self.settings(rate: PostRate(perSecond: 0.5, burst: 2)), clock: clock)
        for _ in 0..<2 { try server.post("hi") }
        for _ in 0..<2 {
            let answer = try server.send(.text("hi"))
            #expect(answer.status == 429)
            #expect(answer.code == "rate_limited")
            #expect(answer["Content-Type"] == "application/problem+json")
            #expect(answer["Retry-After"] == "2")
        }
        #expect(server.stored == 2)
        // Reading is not posting.
        #expect(try server.get("/rooms/lobby/messages").status == 200)
        clock.pass(seconds: 2)
        try server.post("hi")
        #expect(try server.send(.text("hi")).status == 429)
    }

    /// So a flood of what cannot be read costs as little as any other.
    @Test(arguments: ["/rooms/lobby", "/rooms/lobby/messages", "/rooms/lobby/typing"])
    func refusedBody_CountsAgainstTheRate(path: String) throws {
        let server = try TestServer(
            settings: Self.settings(rate: PostRate(perSecond: 0.5, burst: 1)), clock: ManualClock())
        #expect(try server.send(.json("{", to: path)).code == "bad_json")
        for body in ["{", #"{"user":"ann","text":"hi"}"#] {
            #expect(try server.send(.json(body, to: path)).code == "rate_limited")
        }
        #expect(server.stored == 0)
    }

    @Test func connection_OutlivesARefusal() throws {
        let server = try TestServer(
            settings: Self.settings(rate: PostRate(perSecond: 0.5, burst: 1)), clock: ManualClock())
        let connection = try server.connect()
        for status in [201, 429, 429] {
            try connection.send(.text("hi"))
            #expect(try connection.answer().status == status)
        }
    }

    @Test func clientsBehindATrustedProxy_HaveRatesOfTheirOwn() throws {
        let server = try TestServer(
            settings: Self.settings(rate: PostRate(perSecond: 0.5, burst: 1), proxies: ["127.0.0.0/8"]),
            clock: ManualClock())
        func status(_ forwardedFor: String) throws -> Int {
            try server.send(.text("hi", to: "/rooms/lobby", "X-Forwarded-For: \(forwardedFor)")).status
        }
        #expect(try status("203.0.113.7") == 201)
        #expect(try status("203.0.113.7") == 429)
        // What a client makes up to look like another is passed over.
        #expect(try status("198.51.100.1, 203.0.113.7") == 429)
        // Also where the proxy writes a line of its own below it.
        #expect(try status("198.51.100.1\r\nX-Forwarded-For: 203.0.113.7") == 429)
        #expect(try status("203.0.113.8") == 201)
    }

    @Test func forwardedFor_IsNotBelievedFromAnyone() throws {
        let server = try TestServer(
            settings: Self.settings(rate: PostRate(perSecond: 0.5, burst: 1), proxies: ["10.0.0.0/8"]),
            clock: ManualClock())
        #expect(try server.send(.text("hi", to: "/rooms/lobby", "X-Forwarded-For: 203.0.113.7")).status == 201)
        #expect(try server.send(.text("hi", to: "/rooms/lobby", "X-Forwarded-For: 203.0.113.8")).status == 429)
    }

    @Test func guestWithoutAName_IsNamedAfterTheClientBehindTheProxy() throws {
        let server = try TestServer(settings: Self.settings(proxies: ["127.0.0.1"]))
        func name(_ headers: String...) throws -> String {
            var request = TestRequest.text("hi")
            request.headers += headers
            return try #require(try server.send(request).json["user"] as? String)
        }
        let own = try name()
        let ann = try name("X-Forwarded-For: 203.0.113.7")
        #expect(own != ann)
        #expect(try name("X-Forwarded-For: 198.51.100.1, 203.0.113.7:80") == ann)
        #expect(try name("X-Forwarded-For: 203.0.113.8") != ann)
    }

    @Test func streamOverTheLimit_IsRefused_UntilOneEnds() throws {
        let server = try TestServer(settings: Self.settings(streams: 2))
        var streams = try (0..<2).map { _ in try TestStream(server, "/rooms/lobby/events") }
        #expect(streams.allSatisfy { $0.head.status == 200 })
        let refused = try server.get("/events?rooms=a,b")
        #expect(refused.status == 429)
        #expect(refused.code == "too_many_streams")
        #expect(refused["Retry-After"] == "10")
        // Neither HEAD nor what is refused for another reason takes a place.
        #expect(try server.send(TestRequest("HEAD", "/events")).status == 200)
        #expect(try server.get("/events?replay=x").code == "bad_parameter")
        streams.removeLast()
        try waitUntil("the place is free") {
            let answer = try TestStream(server, "/rooms/lobby/events")
            if answer.head.status == 200 { streams.append(answer) }
            return answer.head.status == 200
        }
        #expect(try server.get("/events").status == 429)
    }

    /// They hold a connection as long as a stream does.
    @Test func requestThatWaitsOverTheLimit_IsRefused_UntilOneEnds() throws {
        let server = try TestServer(settings: Self.settings(waits: 1))
        try server.post("?")
        let waits = [
            TestRequest("GET", "/rooms/lobby/messages?after=1&wait=45"),
            TestRequest("GET", "/rooms/lobby/messages/1?await=reply&timeout=3600"),
            .text("?", to: "/rooms/lobby?await=reply&timeout=3600"),
        ]
        for (index, wait) in waits.enumerated() {
            var waiting: TestConnection? = try server.connect()
            try waiting?.send(wait)
            try waitUntil("it waits") { server.hub.watchCount == 1 }
            for other in waits {
                let answer = try server.send(other)
                #expect(answer.status == 429)
                #expect(answer.code == "too_many_waits")
                #expect(answer["Retry-After"] == "10")
            }
            // Neither streams nor what does not wait is concerned.
            #expect(try TestStream(server, "/events").head.status == 200)
            #expect(try server.get("/rooms/lobby/messages?after=1").status == 200)
            if index == 0 {
                try server.post("an end")
                #expect(try waiting?.answer().status == 200)
            }
            waiting = nil
            try waitUntil("the place is free") {
                try server.get("/rooms/lobby/messages/1?await=reply&timeout=1").status == 504
            }
        }
        // A refused question is not stored.
        #expect(server.stored == 3)
        let refusals = try server.get("/metrics").text.firstMatch(of: /_rate_limited_total\{limit="waits"\} (\d+)/)?.1
        #expect(try #require(refusals.flatMap { Int($0) }) >= 9)
    }

    /// A place that is taken by a stream that never begins must come back: here it waits for the log's head, in vain.
    @Test func streamThatNeverBegan_KeepsNoPlace() throws {
        let server = try TestServer(settings: Self.settings(streams: 1))
        var waiting: TestConnection? = try server.connect()
        try waiting?.send(TestRequest("GET", "/events?after=1000"))
        try waitUntil("it has the place") { server.hub.readersAhead == 1 }
        #expect(try server.get("/events").status == 429)
        waiting = nil
        try waitUntil("the place is free") { try TestStream(server, "/events").head.status == 200 }
    }
}
