import Foundation
import Testing

extension TestAnswer {
    /// What every error promises: RFC 9457, words for a person, a code for programs, and nothing for a cache or a browser
    /// to misread.
    func expectProblem(_ status: Int, _ code: String, _ what: String, sourceLocation: SourceLocation = #_sourceLocation)
    {
        let problem = json
        let wrong = [
            self.status == status ? nil : "the status", problem["code"] as? String == code ? nil : "the code",
            problem["status"] as? Int == status ? nil : "the status in the body",
            problem["type"] as? String == "about:blank" ? nil : "the type",
            (problem["title"] as? String ?? "").isEmpty ? "the title" : nil,
            Self.isSentence(problem["detail"] as? String ?? "") ? nil : "the detail",
            text.hasSuffix("}\n") && text.filter({ $0.isNewline }).count == 1 ? nil : "the end of the line",
            self["Content-Type"] == "application/problem+json" ? nil : "the type of content",
            self["Cache-Control"] == "no-store" ? nil : "what caches are told",
            self["X-Content-Type-Options"] == "nosniff" ? nil : "what browsers are told",
            self["Content-Length"] == "\(body.count)" ? nil : "the length",
        ].compactMap(\.self)
        #expect(wrong == [], "\(what) → \(self)", sourceLocation: sourceLocation)
    }

    private static func isSentence(_ text: String) -> Bool {
        text.count > 10 && text.hasSuffix(".") && !text.contains("Optional(")
    }
}

/// Asks one thing after another on one connection, as long as the server keeps it.
final class TestConversation {
    private let server: TestServer
    private var connection: TestConnection?

    init(_ server: TestServer) {
        self.server = server
    }

    func ask(_ request: TestRequest) throws -> TestAnswer {
        let connection = try self.connection ?? server.connect()
        try connection.send(request)
        let answer = try connection.answer(to: request.method)
        self.connection = answer["Connection"]?.lowercased() == "close" ? nil : connection
        return answer
    }
}
