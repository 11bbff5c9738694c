internal import Chat
internal import MicroHTTPD

/// An answer that says what was wrong and what to do: RFC 9457, with a stable `code` for programs.
struct Problem: Error {
    let status: Int
    /// Snake case, never changed once published.
    let code: String
    /// One sentence for the person at the terminal.
    let detail: String
    var headers: [Header] = []
    /// Further members that a program may want, such as a limit and the size that was over it.
    var numbers: [(name: StaticString, value: Int64)] = []

    init(_ status: Int, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    func with(_ header: Header) -> Problem {
        var problem = self
        problem.headers.append(header)
        return problem
    }

    func with(limit: Int, size: Int?) -> Problem {
        var problem = self
        problem.numbers.append(("limit", Int64(limit)))
        if let size { problem.numbers.append(("size", Int64(size))) }
        return problem
    }

    /// The message that it is about.
    func with(id: Int64) -> Problem {
        var problem = self
        problem.numbers.append(("id", id))
        return problem
    }

    var response: Response {
        var json = JSONObject()
        json.set("type", "about:blank")
        json.set("title", Status.phrase(for: status))
        json.set("status", Int64(status))
        json.set("detail", detail)
        json.set("code", code)
        for (name, value) in numbers { json.set(name, value) }
        var response = Response(
            status: status,
            headers: [
                Header("Content-Type", "application/problem+json"), Header("Cache-Control", "no-store"),
                Header("X-Content-Type-Options", "nosniff"),
            ] + headers, content: .bytes(json.bytes() + [UInt8(ascii: "\n")]))
        response.recordedAs = code
        return response
    }
}
