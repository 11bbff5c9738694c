import Foundation
import Logging
import Synchronization
import Testing

@testable import ChatHTTP

@Suite struct AccessLogTests {
    /// What was logged, as fields.
    private final class Lines: LogHandler {
        struct Line {
            let level: Logger.Level
            let message: String
            let fields: [String: String]
        }

        private let lines = Mutex<[Line]>([])
        /// While it is held, who writes waits.
        let gate = Mutex(())
        private let begun = Mutex(0)
        /// Lines that came to the gate.
        var begunCount: Int { begun.withLock { $0 } }
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .info }
            set {}
        }
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }

        func log(event: LogEvent) {
            begun.withLock { $0 += 1 }
            gate.withLock { _ in }
            let fields = (event.metadata ?? [:]).mapValues { "\($0)" }
            lines.withLock { $0.append(Line(level: event.level, message: "\(event.message)", fields: fields)) }
        }

        var all: [Line] { lines.withLock { $0 } }
    }

    private let lines = Lines()
    private let log: AccessLog

    init() {
        log = AccessLog(logger: Logger(label: AccessLog.label) { [lines] _ in lines })
    }

    private func line(for request: TestRequest, _ settings: ChatService.Settings = .init()) throws -> Lines.Line {
        let server = try TestServer(settings: settings, files: ["index.html": "page"], accessLog: log)
        _ = try server.send(request)
        log.flush()
        #expect(lines.all.count == 1)
        return try #require(lines.all.first)
    }

    @Test func request_IsOneLine() throws {
        let line = try line(for: .text("hi", to: "/rooms/lobby?user=ann", "User-Agent: curl/8.5.0"))
        #expect(line.message == "answered")
        #expect(line.level == .info)
        #expect(Set(line.fields.keys) == ["client", "method", "target", "status", "ms", "agent"])
        #expect(line.fields["client"] == "127.0.0.1")
        #expect(line.fields["method"] == "POST")
        #expect(line.fields["target"] == "/rooms/lobby?user=ann")
        #expect(line.fields["status"] == "201")
        #expect(line.fields["agent"] == "curl/8.5.0")
        let milliseconds = try #require(line.fields["ms"].flatMap { Double($0) })
        #expect(milliseconds > 0 && milliseconds < 20_000)
    }

    @Test(arguments: [
        (TestRequest("GET", "/nothing"), "404"), (TestRequest("HEAD", "/"), "200"), (TestRequest("BREW", "/"), "405"),
        (TestRequest("GET", "/%zz"), "400"), (TestRequest("GET", "/rooms/lobby/messages"), "200"),
        (TestRequest("GET", "/", headers: ["If-None-Match: *"]), "304"),
    ])
    func everyAnswer_IsLogged(request: TestRequest, status: String) throws {
        let line = try line(for: request)
        #expect(line.fields["status"] == status)
        #expect(line.fields["method"] == request.method)
        #expect(line.fields["target"] == request.target)
        #expect(line.fields["agent"] == "-")
    }

    @Test func whatNeverBecameARequest_IsLogged() throws {
        let line = try line(for: TestRequest("GET", "/", headers: ["Host: a", "Host: b"]))
        #expect(line.fields["status"] == "400")
        #expect(line.fields["client"] == "-")
    }

    @Test func stream_IsLoggedWhenItIsOpened() throws {
        let server = try TestServer(accessLog: log)
        let stream = try TestStream(server, "/events")
        #expect(stream.head.status == 200)
        log.flush()
        #expect(lines.all.map(\.message) == ["stream opened"])
        #expect(lines.all.first?.fields["status"] == "200")
    }

    @Test func clientBehindATrustedProxy_IsTheOneLogged() throws {
        var settings = ChatService.Settings()
        settings.trustedProxies = [try AddressBlock("127.0.0.1")]
        let line = try line(for: TestRequest("GET", "/", headers: ["X-Forwarded-For: 203.0.113.7"]), settings)
        #expect(line.fields["client"] == "203.0.113.7")
    }

    @Test func credentials_AreNeverLogged() throws {
        let secret = Data("ann:topsecret".utf8).base64EncodedString()
        let line = try line(
            for: TestRequest(
                "GET", "/events", headers: ["Authorization: Basic \(secret)", "Cookie: s=\(secret)", "User-Agent: x"]))
        #expect(line.fields["status"] == "401")
        #expect(!line.fields.values.contains { $0.contains(secret) })
    }

    @Test func lineOfAClient_CannotForgeAnother() throws {
        let agent = "x\tstatus=200 \u{202e}\"q\\ \u{1b}[31m大"
        let line = try line(for: TestRequest("GET", "/a\"b\\c\u{80}", headers: ["User-Agent: \(agent)"]))
        #expect(line.fields["target"] == #"/a\x22b\x5cc\xc2\x80"#)
        #expect(line.fields["agent"] == #"x\x09status\x3d200 \xe2\x80\xae\x22q\x5c \x1b[31m\xe5\xa4\xa7"#)
    }

    @Test func longTexts_AreCut() throws {
        let line = try line(
            for: TestRequest(
                String(repeating: "M", count: 100), "/" + String(repeating: "t", count: 2000),
                headers: ["User-Agent: " + String(repeating: "a", count: 2000)]))
        #expect(line.fields["method"] == String(repeating: "M", count: 32) + "...")
        #expect(line.fields["target"] == "/" + String(repeating: "t", count: 511) + "...")
        #expect(line.fields["agent"] == String(repeating: "a", count: 256) + "...")
    }

    @Test func writerThatIsStuck_HoldsNobodyUp_AndWhatIsDroppedIsTold() throws {
        let server = try TestServer(metrics: [log], accessLog: log)
        let extra = 5
        let statuses = try lines.gate.withLock { _ in
            // The first is what the writer is stuck with.
            let first = try server.get("/healthz").status
            try waitUntil("the writer is stuck") { lines.begunCount == 1 }
            for _ in 0..<AccessLog.waitingLimit + extra { log.record(AccessLogEntry(refusedWith: 400)) }
            return [first, try server.get("/healthz").status]
        }
        #expect(statuses == [200, 200])
        log.flush()
        log.flush()
        let warning = try #require(lines.all.first { $0.level == .warning })
        let dropped = try #require(warning.fields["count"].flatMap { Int($0) })
        #expect((extra...extra + 2).contains(dropped))
        let metrics = try PrometheusParser(server.get("/metrics").text)
        #expect(try metrics.value("roomcast_access_log_dropped_total") == Double(dropped))
    }
}
