import Foundation
import Testing

/// What is no sound HTTP is refused in words, or at least closed; and whatever a peer sends, nothing that it put into one
/// request is ever read as another.
@Suite struct MalformedHTTPTests {
    private let server: TestServer

    init() throws {
        server = try TestServer()
        try server.post("hi")
    }

    @Test func eachCase_HasItsAnswer_AndSmugglesNothing() throws {
        #expect(MalformedRequests.all.count >= 60)
        var silences = 0
        // Each is a wait of 20 s.
        for malformed in MalformedRequests.all where silences < 3 {
            do {
                try check(malformed)
            } catch {
                Issue.record("\(malformed.what): \(error)")
                silences += 1
            }
        }
        try waitUntil("no client's descriptor is left") { try Self.descriptorsOfClients(of: server.port) == 0 }
    }

    private func check(_ malformed: MalformedRequest) throws {
        let what = malformed.what
        let stored = server.stored
        let connection = try server.connect()
        // Sent with it, as whoever smuggles does.
        let next: [UInt8] = Array((malformed.ending == .goesOn ? Self.probe : Self.smuggled).utf8)
        try connection.send(malformed.bytes + (malformed.finishesSending ? [] : next))
        if malformed.finishesSending { connection.finishSending() }
        for expected in malformed.answers {
            let isHead = malformed.isHead || expected.hasPrefix("1")
            try Self.compare(connection.answer(to: isHead ? "HEAD" : "GET"), with: expected, isHead: isHead, what)
        }
        switch malformed.ending {
        case .goesOn:
            let answer = try connection.answer()
            #expect(answer.status == 200 && answer.text == "ok\n", "\(what), then → \(answer)")
        case .closes:
            // Libmicrohttpd writes the head of some of its own answers twice.
            let rest = String(decoding: try connection.takeRest(), as: UTF8.self)
            let statuses = rest.matches(of: /HTTP\/1\.[01] (\d+)/).map { String($0.1) }
            #expect(statuses.allSatisfy { $0 == malformed.answers.last }, "\(what), then → \(rest)")
        }
        let posted = malformed.answers.count { $0 == "201" }
        #expect(server.stored == stored + posted, "\(what) left \(server.stored - stored) messages, not \(posted)")
        #expect(try server.get("/healthz").text == "ok\n", "after \(what)")
    }

    private static let probe = "GET /healthz HTTP/1.1\r\nHost: chat.example\r\n\r\n"
    private static let smuggled =
        "POST /rooms/smuggled?user=eve HTTP/1.1\r\nHost: chat.example\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx"

    private static func compare(_ answer: TestAnswer, with expected: String, isHead: Bool, _ what: String) {
        let parts = expected.split(separator: " ").map(String.init)
        if parts.count == 2 {
            answer.expectProblem(Int(parts[0])!, parts[1], what)
        } else {
            #expect("\(answer.status)" == expected, "\(what) → \(answer)")
            #expect(isHead || answer.code == nil, "\(what) → \(answer)")
        }
    }

    /// Sockets at that port that a process still has open, but for the listening one; `/proc/net/tcp`, a line for each.
    private static func descriptorsOfClients(of port: UInt16) throws -> Int {
        let address = ":" + String(port, radix: 16, uppercase: true)
        let listening = "0A"
        return try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8).split(separator: "\n").count { line in
            let fields = line.split(separator: " ")
            let isOwned = fields.count > 9 && fields[9] != "0"
            return isOwned && fields[1].hasSuffix(address) && fields[3] != listening
        }
    }
}
