import Foundation

/// An answer as it came.
struct TestAnswer: CustomStringConvertible {
    let version: String
    let status: Int
    let headers: [(name: String, value: String)]
    var body: [UInt8] = []

    /// Reads the status line and the headers.
    init(headFrom connection: TestConnection) throws {
        let line = try connection.takeLine().split(separator: " ", maxSplits: 2)
        guard line.count >= 2, let status = Int(line[1]) else { throw TestFailure("no status line: \(line)") }
        version = String(line[0])
        self.status = status
        var headers: [(String, String)] = []
        while true {
            let line = try connection.takeLine()
            guard !line.isEmpty else { break }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            headers.append((String(parts[0]), parts.last!.trimmingCharacters(in: .whitespaces)))
        }
        self.headers = headers
    }

    subscript(name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:] }

    /// A problem's.
    var code: String? { json["code"] as? String }

    var description: String { "\(status) \(headers.map { "\($0): \($1)" }) \(text)" }
}

extension TestConnection {
    /// Reads one answer, by its own framing.
    func answer(to method: String = "GET") throws -> TestAnswer {
        var answer = try TestAnswer(headFrom: self)
        if method == "HEAD" || answer.status == 204 || answer.status == 304 { return answer }
        if let length = answer["Content-Length"].flatMap({ Int($0) }) {
            answer.body = try take(length)
        } else if answer["Transfer-Encoding"] == "chunked" {
            while case let chunk = try takeChunk(), !chunk.isEmpty { answer.body += chunk }
        } else {
            answer.body = try takeRest()
        }
        return answer
    }

    /// Empty for the last one.
    func takeChunk() throws -> [UInt8] {
        guard let size = Int(try takeLine(), radix: 16) else { throw TestFailure("no size of a chunk") }
        let chunk = try take(size)
        _ = try takeLine()
        return chunk
    }
}
