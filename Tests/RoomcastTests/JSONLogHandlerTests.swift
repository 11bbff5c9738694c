import ArgumentParser
import ChatHTTP
import Foundation
import Logging
import Synchronization
import Testing

@testable import roomcast

@Suite struct JSONLogHandlerTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    private let lines = Lines()

    private func logger(_ label: String = "roomcast", level: Logger.Level = .info) -> Logger {
        Logger(label: label) { [lines] label in
            var handler = JSONLogHandler(label: label) { lines.add($0) }
            handler.logLevel = level
            handler.metadataProvider = Logger.MetadataProvider { ["provided": "p", "both": "provider"] }
            return handler
        }
    }

    private func objects() throws -> [[String: Any]] {
        try lines.all.map { line in
            #expect(line.last == "\n")
            #expect(line.dropLast().unicodeScalars.allSatisfy { !["\n", "\r", "\u{2028}", "\u{85}"].contains($0) })
            return try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    @Test func event_IsOneObjectOnOneLine() throws {
        var logger = logger()
        logger[metadataKey: "own"] = "o"
        logger.warning(
            "Wait",
            metadata: [
                "both": "event", "n": .stringConvertible(7), "ms": .stringConvertible(1.25), "list": ["a", ["k": "v"]],
            ])
        logger.debug("hidden")
        let object = try #require(objects().first)
        #expect(lines.all.count == 1)
        #expect(lines.all[0].hasPrefix(#"{"time":""#))
        #expect(try #require(object["time"] as? String).wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        #expect(object["level"] as? String == "warning")
        #expect(object["label"] as? String == "roomcast")
        #expect(object["message"] as? String == "Wait")
        let metadata = try #require(object["metadata"] as? [String: Any])
        #expect(metadata["own"] as? String == "o")
        #expect(metadata["provided"] as? String == "p")
        #expect(metadata["both"] as? String == "event")
        #expect(metadata["n"] as? Int == 7)
        #expect(metadata["ms"] as? Double == 1.25)
        #expect((metadata["list"] as? [Any])?.first as? String == "a")
    }

    @Test func anyText_StaysWithinItsString() throws {
        let nasty = "a\"b\\c\nd\r\t\0\u{1b}[31m\u{7f}\u{85}\u{2028}大🙂\",\"level\":\"x"
        logger().error("\(nasty)", metadata: ["\(nasty)": "\(nasty)"])
        let object = try #require(objects().first)
        #expect(object["message"] as? String == nasty)
        #expect(object["level"] as? String == "error")
        #expect((object["metadata"] as? [String: String])?[nasty] == nasty)
    }

    @Test func level_DoesNotHideTheAccessLog() throws {
        for format in ["text", "json"] {
            let arguments = ["serve", "--log-level", "error", "--log-format", format]
            let options = try #require(Roomcast.parseAsRoot(arguments) as? Serve).logging
            #expect(options.handler(label: "roomcast").logLevel == .error)
            #expect(options.handler(label: AccessLog.label).logLevel == .info)
            #expect((options.handler(label: "roomcast") is JSONLogHandler) == (format == "json"))
        }
    }
}
