import Chat
import ChatHTTP
import Foundation
import MicroHTTPD
import Synchronization
import Testing

@Suite struct MetricsTests {
    private func metrics(_ server: TestServer) throws -> PrometheusParser {
        let answer = try server.get("/metrics")
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer["Cache-Control"] == "no-store")
        return try PrometheusParser(answer.text)
    }

    @Test func requests_AreCountedByMethodAndStatus() throws {
        let server = try TestServer(files: ["index.html": "page"])
        for path in ["/", "/healthz", "/nothing", "/rooms/a%20b"] { _ = try server.get(path) }
        _ = try server.get("/", "If-None-Match: *")
        _ = try server.send(TestRequest("HEAD", "/"))
        _ = try server.send(TestRequest("BREW", "/"))
        _ = try server.send(TestRequest("GET", "/", headers: ["Host: a", "Host: b"]))
        let read = try metrics(server)
        func requests(_ method: String, _ status: String) throws -> Double {
            try read.value("roomcast_http_requests_total", ["method": method, "status": status])
        }
        #expect(try requests("GET", "2xx") == 2)
        #expect(try requests("GET", "3xx") == 1)
        #expect(try requests("GET", "4xx") == 2)
        #expect(try requests("GET", "5xx") == 0)
        #expect(try requests("HEAD", "2xx") == 1)
        // A method that nobody serves, and a request whose method never came to be looked at.
        #expect(try requests("other", "4xx") == 2)
        for code in ["not_found", "bad_room_name", "method_not_allowed", "malformed_request"] {
            #expect(try read.value("roomcast_http_refusals_total", ["code": code]) == 1)
        }
        #expect(try read.value("roomcast_http_request_duration_seconds_count", ["kind": "read"]) == 6)
        #expect(try read.value("roomcast_http_request_duration_seconds_count", ["kind": "change"]) == 1)
    }

    @Test func posts_AreCountedByOutcome() throws {
        let server = try TestServer()
        for _ in 0..<3 {
            _ = try server.send(.text("hi", to: "/rooms/lobby?user=ann", "Idempotency-Key: k"))
        }
        // What it says cannot be taken; it cannot be read.
        for request in [TestRequest.text(""), .json("{")] { _ = try server.send(request) }
        let read = try metrics(server)
        func posts(_ outcome: String) throws -> Double { try read.value("roomcast_posts_total", ["outcome": outcome]) }
        #expect(try posts("stored") == 1)
        #expect(try posts("repeated") == 2)
        #expect(try posts("refused") == 2)
        #expect(try posts("failed") == 0)
        #expect(try posts("unknown") == 0)
        #expect(try read.value("roomcast_http_request_duration_seconds_count", ["kind": "change"]) == 5)
    }

    @Test(arguments: [
        (LogFailure.unavailable(reason: "x"), "failed", "log_unavailable"),
        (.outcomeUnknown(reason: "x"), "unknown", "outcome_unknown"),
    ])
    func postThatFails_IsCounted(failure: LogFailure, outcome: String, code: String) throws {
        let server = try TestServer(failure: failure)
        _ = try server.send(.text("hi"))
        let read = try metrics(server)
        #expect(try read.value("roomcast_posts_total", ["outcome": outcome]) == 1)
        #expect(try read.value("roomcast_http_refusals_total", ["code": code]) == 1)
    }

    @Test func questionThatWaits_IsCountedAsWhatBecameOfItsPost() throws {
        let server = try TestServer()
        for _ in 0..<2 {
            let answer = try server.send(
                .text("?", to: "/rooms/lobby?user=ann&await=reply&timeout=1", "Idempotency-Key: k"))
            #expect(answer.status == 504)
        }
        #expect(try server.send(.text("?", to: "/rooms/lobby?await=x")).status == 400)
        #expect(try server.send(.json(#"{"text":"?","reply_to":9}"#, to: "/rooms/lobby?await=reply")).status == 422)
        #expect(try server.get("/rooms/lobby/messages?after=1&wait=1").status == 200)
        let read = try metrics(server)
        let outcomes = try ["stored", "repeated", "refused", "failed", "unknown"].map {
            try read.value("roomcast_posts_total", ["outcome": $0])
        }
        #expect(outcomes == [1, 1, 2, 0, 0])
        // How long others take is not how long the server takes.
        #expect(try read.value("roomcast_http_request_duration_seconds_count", ["kind": "change"]) == 1)
        #expect(try read.value("roomcast_http_request_duration_seconds_count", ["kind": "read"]) == 0)
    }

    @Test func streams_AreCountedWhileTheyAreOpen() throws {
        let server = try TestServer()
        var streams = [
            try TestStream(server, "/events"), try TestStream(server, "/events?format=text"),
            try TestStream(server, "/events?format=text"),
        ]
        #expect(try server.send(TestRequest("HEAD", "/events")).status == 200)
        let open = try metrics(server)
        func count(_ read: PrometheusParser, _ name: String, _ format: String) throws -> Double {
            try read.value("roomcast_streams_\(name)", ["format": format])
        }
        #expect(try count(open, "open", "sse") == 1)
        #expect(try count(open, "open", "text") == 2)
        #expect(try count(open, "open", "ndjson") == 0)
        #expect(try count(open, "opened_total", "text") == 2)
        streams.removeAll()
        try waitUntil("the streams have ended") {
            let read = try metrics(server)
            return try count(read, "open", "sse") == 0 && count(read, "open", "text") == 0
        }
        #expect(try count(metrics(server), "opened_total", "text") == 2)
    }

    @Test func limits_AreCounted() throws {
        var settings = ChatService.Settings()
        settings.postRate = PostRate(perSecond: 0.001, burst: 1)
        settings.streamsPerAddress = 1
        let server = try TestServer(settings: settings, clock: ManualClock())
        for _ in 0..<3 { _ = try server.send(.text("hi")) }
        let stream = try TestStream(server, "/events")
        #expect(stream.head.status == 200)
        #expect(try server.get("/events").status == 429)
        let read = try metrics(server)
        #expect(try read.value("roomcast_rate_limited_total", ["limit": "posts"]) == 2)
        #expect(try read.value("roomcast_rate_limited_total", ["limit": "streams"]) == 1)
        #expect(try read.value("roomcast_rate_limit_addresses") == 1)
        #expect(try read.value("roomcast_posts_total", ["outcome": "refused"]) == 2)
    }

    @Test func connections_AreCounted() throws {
        let server = try TestServer(connectionLimit: 2)
        let connection = try server.connect()
        func ask() throws -> PrometheusParser {
            try connection.send(TestRequest("GET", "/metrics"))
            return try PrometheusParser(try connection.answer().text)
        }
        #expect(try ask().value("roomcast_connections_open") == 1)
        let second = try server.connect()
        try second.send(TestRequest("GET", "/healthz"))
        #expect(try second.answer().status == 200)
        #expect(try server.connect().answer().code == "too_many_connections")
        let read = try ask()
        #expect(try read.value("roomcast_connections_open") == 2)
        #expect(try read.value("roomcast_connections_limit") == 2)
        #expect(try read.value("roomcast_connections_refused_total", ["limit": "all"]) == 1)
        #expect(try read.value("roomcast_connections_refused_total", ["limit": "address"]) == 0)
    }

    @Test func connectionsRefusedToAnAddress_AreCounted() throws {
        let server = try TestServer(connectionsPerAddress: .most(1))
        let connection = try server.connect()
        try connection.send(TestRequest("GET", "/healthz"))
        #expect(try connection.answer().status == 200)
        let refused = try server.connect().answer()
        #expect(refused.status == 503)
        #expect(refused.code == "too_many_connections")
        #expect(refused["Retry-After"] == "5")
        try connection.send(TestRequest("GET", "/metrics"))
        let read = try PrometheusParser(try connection.answer().text)
        #expect(try read.value("roomcast_connections_refused_total", ["limit": "address"]) == 1)
        #expect(try read.value("roomcast_connections_refused_total", ["limit": "all"]) == 0)
    }

    @Test func process_IsMeasured() throws {
        let read = try metrics(TestServer())
        #expect(try read.value("process_resident_memory_bytes") > 1_048_576)
        #expect(try read.value("process_virtual_memory_bytes") > read.value("process_resident_memory_bytes"))
        #expect(try read.value("process_cpu_seconds_total") > 0)
        #expect(try read.value("process_open_fds") > 3)
        #expect(try read.value("process_max_fds") > read.value("process_open_fds"))
        let age = try Date().timeIntervalSince1970 - read.value("process_start_time_seconds")
        // btime is whole seconds.
        #expect(age > -2 && age < 86_400)
        #expect(try read.value("roomcast_build_info", ["version": "1.2.3"]) == 1)
        #expect(try read.value("roomcast_metric_sources_missing") == 0)
    }

    // MARK: Sources

    /// Says what it has to say when it is let.
    private final class HeldSource: MetricSource {
        private let held = Mutex<[@Sendable ([MetricFamily]) -> Void]>([])

        func collect(_ completion: @escaping @Sendable ([MetricFamily]) -> Void) {
            held.withLock { $0.append(completion) }
        }

        var asked: Int { held.withLock { $0.count } }

        func say(_ value: Int) {
            for completion in held.withLock({ $0 }) { completion([MetricFamily(.gauge, "held", "Held.", value)]) }
        }
    }

    @Test func sourceThatAnswersLate_IsWaitedFor() throws {
        let source = HeldSource()
        let server = try TestServer(metrics: [source])
        let connection = try server.connect()
        try connection.send(TestRequest("GET", "/metrics"))
        try waitUntil("it is asked") { source.asked == 1 }
        source.say(7)
        // Twice is once too often, and passed over.
        source.say(8)
        #expect(try PrometheusParser(connection.answer().text).value("held") == 7)
    }

    @Test func sourceThatNeverAnswers_IsLeftOut_AndNotAskedAgain() throws {
        let source = HeldSource()
        let server = try TestServer(metrics: [source])
        for _ in 0..<2 {
            let read = try metrics(server)
            #expect(try read.value("roomcast_metric_sources_missing") == 1)
            #expect(try read.value("roomcast_build_info", ["version": "1.2.3"]) == 1)
            #expect(read.families["held"] == nil)
        }
        #expect(source.asked == 1)
        // What comes too late is passed over; the next time it is asked again.
        source.say(1)
        let connection = try server.connect()
        try connection.send(TestRequest("GET", "/metrics"))
        try waitUntil("it is asked again") { source.asked == 2 }
        source.say(2)
        #expect(try PrometheusParser(connection.answer().text).value("held") == 2)
    }

    @Test func thoseWhoAskTogether_AreAnsweredTogether() throws {
        let source = HeldSource()
        let server = try TestServer(metrics: [source])
        let connections = try (0..<5).map { _ in
            let connection = try server.connect()
            try connection.send(TestRequest("GET", "/metrics"))
            return connection
        }
        try waitUntil("it is asked") { source.asked == 1 }
        source.say(3)
        for connection in connections { #expect(try connection.answer().status == 200) }
        // Once more for those who came after the answer.
        #expect(source.asked <= 2)
    }
}
