import Logging
import Testing

@testable import MicroHTTPD

@Suite struct LogTests {
    @Test(arguments: [
        ("a line\n", "a line"), ("a\r\nb\n", "a\u{fffd}\u{fffd}b"), ("\u{1b}[2J", "\u{fffd}[2J"), ("大厅 🎉", "大厅 🎉"),
        ("a\u{202e}b\u{2028}c", "a\u{fffd}b\u{fffd}c"), ("", ""), ("\n", ""),
    ])
    func line_IsOneLineWithoutControls(given: String, logged: String) {
        #expect(LogLine.sanitized(given) == logged)
    }
}

extension LiveTests {
    @Suite struct LiveLogTests {
        @Test func whatMHDSaysOfAClient_IsLoggedSafely() throws {
            let lines = Collected<String>()
            let logger = Logger(label: "test") { _ in CollectingHandler(lines: lines) }
            try TestServer.run(logger: logger) { server in
                let client = try server.client()
                try client.send("GET /\u{1b}[2J HTTP/1.1\r\nHost: t\r\nno colon \u{1b}[2J\r\n\r\n")
                _ = try client.readToEnd()
                eventually("something is logged") { lines.count > 0 }
                #expect(lines.all.allSatisfy { $0.hasPrefix("libmicrohttpd: ") && !$0.contains("\u{1b}") })
                #expect(lines.all.allSatisfy { !$0.contains("\n") && !$0.hasSuffix("\u{fffd}") })
            }
        }
    }
}

private struct CollectingHandler: LogHandler {
    let lines: Collected<String>
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.append("\(event.message)")
    }
}
