/// The requests of a run, as bytes that are made once: only a post's number changes from one to the next.
struct RequestTemplate {
    let authority: String
    /// `Name: value` each, added to every request.
    let headers: [String]

    /// What a browser's `EventSource` sends, about 480 bytes, because the server's memory per stream depends on it.
    /// Only the encodings that browsers accept are left out: compressed markers cannot be found.
    ///
    /// - Parameters:
    ///   - path: with `{stream}` and `{room}` where these numbers belong.
    ///   - room: its digits.
    func subscribe(path: String, stream: Int, room: String = "0") -> [UInt8] {
        let path = path.replacing("{stream}", with: "\(stream)").replacing("{room}", with: room)
        return request(
            "GET \(path) HTTP/1.1",
            [
                "Connection: keep-alive", "sec-ch-ua-platform: \"Linux\"",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                    + "Chrome/130.0.0.0 Safari/537.36", "Accept: text/event-stream",
                "sec-ch-ua: \"Chromium\";v=\"130\", \"Not?A_Brand\";v=\"99\"", "sec-ch-ua-mobile: ?0",
                "Cache-Control: no-cache", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors",
                "Sec-Fetch-Dest: empty", "Referer: http://\(authority)/", "Accept-Language: en-GB,en;q=0.9",
            ])
    }

    /// - Parameters:
    ///   - path: with `{poster}` and `{room}` where these numbers belong.
    ///   - body: with `{marker}` once, `{padding}`, `{poster}` and `{room}`.
    ///   - textSize: bytes of marker and padding together.
    ///   - room: its digits.
    func post(
        path: String, body: String, type: String, poster: Int, marker: [UInt8], textSize: Int, room: String = "0"
    ) -> [UInt8] {
        func fill(_ template: String) -> String {
            template.replacing("{poster}", with: "\(poster)").replacing("{room}", with: room)
        }
        let body =
            fill(body)
            .replacing("{marker}", with: String(decoding: marker, as: UTF8.self))
            .replacing("{padding}", with: String(repeating: "x", count: textSize - marker.count))
        let head = request(
            "POST \(fill(path)) HTTP/1.1",
            ["User-Agent: roomcast-bench", "Content-Type: \(type)", "Content-Length: \(body.utf8.count)"])
        return head + Array(body.utf8)
    }

    private func request(_ line: String, _ fields: [String]) -> [UInt8] {
        let lines = [line, "Host: \(authority)"] + fields + headers + ["", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }
}
