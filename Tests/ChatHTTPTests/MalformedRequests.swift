/// The table of `MalformedHTTPTests`.
///
/// Where an answer has no code it is libmicrohttpd's own, a page of HTML, and the connection closes after it: 414 and 431,
/// and what is wrong with a `Content-Length`, a chunk, a version, a line without a colon. In 0.9.75 nothing can stand in for these
/// answers: they are made of string constants between two calls of the library's, with no callback that knows the connection,
/// and queued responses are replaced by them. Larger memory for a connection and a limit of our own below it would only move
/// the border, and cost every connection that memory.
enum MalformedRequests {
    typealias Case = MalformedRequest

    static let all = lengths + codings + chunks + lines + values + hosts + requestLines + targets + sizes + sequences

    private static let refused = "400 malformed_request"

    private static let lengths = [
        Case("two equal lengths", .post("hi", "Content-Length: 2", "Content-Length: 2"), .closes, refused),
        Case("two lengths", .post("hi", "Content-Length: 2", "Content-Length: 9"), .closes, refused),
        Case("a list of lengths", .post("hi", "Content-Length: 2, 2"), .closes, "400"),
        Case("a negative length", .post("hi", "Content-Length: -2"), .closes, "400"),
        Case("a length with a plus", .post("hi", "Content-Length: +2"), .closes, "400"),
        Case("a length in hexadecimal", .post("hi", "Content-Length: 0x2"), .closes, "400"),
        Case("an empty length", .post("hi", "Content-Length:"), .closes, "400"),
        Case("a length in two words", .post("hi", "Content-Length: 1 0"), .closes, "400"),
        Case("a length with zeros before it", .post("hi", "Content-Length: 0002"), .goesOn, "201"),
        Case("a length over 64 bits", .post("hi", "Content-Length: 99999999999999999999"), .closes, "413"),
        Case("a length over 63 bits", .post("hi", "Content-Length: 9223372036854775808"), .closes, refused),
        Case("a length far over the limit", .post("hi", "Content-Length: 10000000"), .closes, "413 body_too_large"),
        Case(
            "a length over the limit that is asked about", .post("hi", "Content-Length: 70000", "Expect: 100-continue"),
            .closes, "413 body_too_large"),
        Case("a length, then a coding", .chunkedWith("Content-Length: 3"), .closes, refused),
        Case("a space before the length's colon", .post("hi", "Content-Length : 2"), .closes, refused),
        Case("a tab before the length's colon", .post("hi", "Content-Length\t: 2"), .closes, refused),
        Case("a folded length", .post("hi", "Content-Length:\r\n 2"), .closes, refused),
        Case("a length cut by NUL", .post("hi", "Content-Length: 2\0 9"), .closes, refused),
        Case(
            "a length behind a lone CR", .post("hi", "X: a\rContent-Length: 9", "Content-Length: 2"), .closes, refused),
        Case("a body shorter than its length", .post("hi", "Content-Length: 9"), .closes, finishesSending: true),
    ]

    private static let codings = [
        Case("gzip", .post("hi", "Transfer-Encoding: gzip"), .closes, refused),
        Case("gzip, chunked", .post("0\r\n\r\n", "Transfer-Encoding: gzip, chunked"), .closes, refused),
        Case("chunked, chunked", .post("0\r\n\r\n", "Transfer-Encoding: chunked, chunked"), .closes, refused),
        Case("identity", .post("hi", "Transfer-Encoding: identity", "Content-Length: 2"), .closes, refused),
        Case("xchunked", .post("0\r\n\r\n", "Transfer-Encoding: xchunked"), .closes, refused),
        Case("chunked in quotes", .post("0\r\n\r\n", "Transfer-Encoding: \"chunked\""), .closes, refused),
        Case("chunked after a vertical tab", .post("0\r\n\r\n", "Transfer-Encoding: \u{b}chunked"), .closes, refused),
        Case("chunked cut by NUL", .post("0\r\n\r\n", "Transfer-Encoding: chunked\0"), .closes, refused),
        Case("no coding named", .post("hi", "Transfer-Encoding:"), .closes, refused),
        Case("a folded coding", .post("0\r\n\r\n", "Transfer-Encoding:\r\n chunked"), .closes, refused),
        Case("a space before the coding's colon", .post("0\r\n\r\n", "Transfer-Encoding : chunked"), .closes, refused),
        Case("a coding twice", .chunkedWith("Transfer-Encoding: chunked"), .closes, refused),
        Case(
            "a coding in HTTP/1.0", .post("0\r\n\r\n", "Transfer-Encoding: chunked", version: "HTTP/1.0"), .closes,
            refused),
        Case("CHUNKED", .post("1\r\nx\r\n0\r\n\r\n", "TRANSFER-ENCODING: CHUNKED"), .closes, "201"),
    ]

    private static let chunks = [
        Case("a chunk extension", .chunked("1;a=b\r\nx\r\n0\r\n\r\n"), .closes, "201"),
        Case("a quoted chunk extension that does not end", .chunked("1;a=\"\r\nx\r\n0\r\n\r\n"), .closes, "201"),
        Case("an extension of no chunk", .chunked(";a=b\r\nx\r\n0\r\n\r\n"), .closes, "400"),
        Case("a chunk size with 0x", .chunked("0x1\r\nx\r\n0\r\n\r\n"), .closes, "400"),
        Case("a negative chunk size", .chunked("-1\r\nx\r\n0\r\n\r\n"), .closes, "400"),
        Case("a chunk size with a plus", .chunked("+1\r\nx\r\n0\r\n\r\n"), .closes, "400"),
        Case("a space before the chunk size", .chunked(" 1\r\nx\r\n0\r\n\r\n"), .closes, "400"),
        Case("a space after the chunk size", .chunked("1 \r\nx\r\n0\r\n\r\n"), .closes, "400"),
        Case("no chunk size", .chunked("\r\nx\r\n0\r\n\r\n"), .closes, "400"),
        Case("a chunk size that is none", .chunked("z\r\nx\r\n0\r\n\r\n"), .closes, "400"),
        Case("a chunk size over 64 bits", .chunked("10000000000000001\r\nx\r\n0\r\n\r\n"), .closes, "413"),
        Case("a chunk of 64 bits", .chunked("ffffffffffffffff\r\nx"), .closes, finishesSending: true),
        Case("a chunk size with zeros before it", .chunked("00000000000000001\r\nx\r\n0\r\n\r\n"), .closes, "201"),
        Case("a chunk longer than its size", .chunked("1\r\nxx\r\n0\r\n\r\n"), .closes, "400"),
        // RFC 9112 §2.2 lets a reader take LF for the end of a line; in chunks the library leaves no choice.
        Case("chunk lines that end in LF", .chunked("1\nx\n0\n\n"), .closes, "201"),
        Case(
            "a chunk line of 20,000 bytes", .chunked("1;" + String(repeating: "a", count: 20_000)), .closes,
            finishesSending: true),
        Case("a trailer", .chunked("1\r\nx\r\n0\r\nContent-Length: 5\r\n\r\n"), .closes, "201"),
        Case("a trailer without a colon", .chunked("1\r\nx\r\n0\r\nnone\r\n\r\n"), .closes, "400"),
        Case(
            "chunks over the limit", .chunked("11170\r\n" + String(repeating: "x", count: 70_000) + "\r\n0\r\n\r\n"),
            .closes, "413 body_too_large"),
    ]

    private static let lines = [
        Case("a folded value", .get("/healthz", "X-One: 1\r\n two"), .closes, refused),
        Case("a value folded with a tab", .get("/healthz", "X-One: 1\r\n\ttwo"), .closes, refused),
        Case("a fold of nothing", "GET /healthz HTTP/1.1\r\n X: y\r\nHost: h\r\n\r\n", .closes, refused),
        Case("lines that end in LF", "GET /healthz HTTP/1.1\nHost: h\n\n", .closes, refused),
        Case("one line that ends in LF", "GET /healthz HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", .closes, refused),
        Case("an empty line that ends in LF", "GET /healthz HTTP/1.1\r\nHost: h\r\n\n", .closes, refused),
        Case("a space before the colon", .get("/healthz", "X-One : 1"), .closes, refused),
        Case("a space in a name", .get("/healthz", "X One: 1"), .closes, refused),
        Case("a name in parentheses", .get("/healthz", "(X): 1"), .closes, refused),
        Case("a name that is not ASCII", .get("/healthz", "Xé: 1"), .closes, refused),
        Case("no name", .get("/healthz", ": 1"), .closes, refused),
        Case("no colon", .get("/healthz", "none"), .closes, "400"),
        Case("NUL in a name", .get("/healthz", "X\0One: 1"), .closes, "400"),
    ]

    private static let values = [
        Case("NUL in a value", .get("/healthz", "X: a\0b"), .closes, refused),
        Case("CR in a value", .get("/healthz", "X: a\rb"), .closes, refused),
        Case("CR at the end of a value", .get("/healthz", "X: a\r"), .closes, refused),
        Case("a control character in a value", .get("/healthz", "X: a\u{1}b"), .goesOn, "200"),
        Case("a tab in a value", .get("/healthz", "X: a\tb"), .goesOn, "200"),
        Case("UTF-8 in a value", .get("/healthz", "X: 大厅"), .goesOn, "200"),
        Case("an empty value", .get("/healthz", "X:"), .goesOn, "200"),
        Case("an expectation that is none", .post("hi", "Content-Length: 2", "Expect: tea"), .goesOn, "201"),
        Case("100-continue", .post("hi", "Content-Length: 2", "Expect: 100-continue"), .goesOn, "100", "201"),
        // Libmicrohttpd takes what follows for the body it has asked for, and closes when there is none.
        Case("100-continue for no body", .get("/healthz", "Expect: 100-continue"), .closes, "100"),
        Case("to be kept and closed", .get("/healthz", "Connection: keep-alive, close"), .closes, "200"),
        Case("an upgrade to HTTP/2", .get("/healthz", "Connection: Upgrade", "Upgrade: h2c"), .goesOn, "200"),
        // Its cookie parser reads one quotation mark as the beginning and the end of the value.
        Case("a cookie of one quotation mark", .get("/healthz", "Cookie: a=\""), .closes, "431"),
    ]

    private static let hosts = [
        Case("no host", "GET /healthz HTTP/1.1\r\n\r\n", .closes, refused),
        Case("no host in HTTP/1.0", "GET /healthz HTTP/1.0\r\n\r\n", .closes, "200"),
        Case("two hosts", .get("/healthz", "Host: other.example"), .closes, refused),
        Case("the same host twice", .get("/healthz", "Host: chat.example"), .closes, refused),
        Case("an empty host", "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", .goesOn, "200"),
        Case("a host of two words", "GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", .closes, refused),
        Case("a host with a path", "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n", .closes, refused),
        Case("a host with a user", "GET /healthz HTTP/1.1\r\nHost: a@b\r\n\r\n", .closes, refused),
        Case("a host that is an IPv6 address", "GET /healthz HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", .goesOn, "200"),
    ]

    private static let requestLines = [
        Case("HTTP/1.2", .get(version: "HTTP/1.2"), .closes, "505 unsupported_version"),
        Case("HTTP/2.0", .get(version: "HTTP/2.0"), .closes, "505"),
        Case("HTTP/0.9", .get(version: "HTTP/0.9"), .closes, "505"),
        Case("HTTP/1.10", .get(version: "HTTP/1.10"), .closes, "400"),
        Case("http/1.1", .get(version: "http/1.1"), .closes, "400"),
        Case("ICY/1.0", .get(version: "ICY/1.0"), .closes, "400"),
        Case("no version", "GET /healthz\r\nHost: h\r\n\r\n", .closes, "400"),
        Case("a space after the version", .get(version: "HTTP/1.1 "), .closes, "400"),
        Case("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .closes, "505"),
        Case("a TLS handshake", [0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0, 13, 10, 13, 10], .closes, []),
        Case("SSH", "SSH-2.0-OpenSSH_9.2\r\n", .closes),
        Case("a method alone", "GET\r\n\r\n", .closes),
        Case("a space before the method", " GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n", .closes),
        Case("tabs between", "GET\t/healthz\tHTTP/1.1\r\nHost: h\r\n\r\n", .closes),
        Case("two spaces before the target", "GET  /healthz HTTP/1.1\r\nHost: h\r\n\r\n", .closes, refused),
        Case("two spaces after the target", "GET /healthz  HTTP/1.1\r\nHost: h\r\n\r\n", .closes, refused),
        Case("a space in the target", .get("/heal thz"), .closes, refused),
        Case("a tab in the target", .get("/heal\tthz"), .closes, refused),
        Case("NUL in the target", .get("/heal\0thz"), .closes, refused),
        Case("NUL in the method", .get(method: "GE\0T"), .closes, refused),
        Case("a control character in the method", .get(method: "G\u{1}T"), .closes, refused),
        Case("a parenthesis in the method", .get(method: "G(T"), .closes, refused),
        Case("a method in lower case", .get(method: "get"), .goesOn, "405 method_not_allowed"),
        Case("a method that nothing serves", .get(method: "BREW"), .goesOn, "405 method_not_allowed"),
        Case("TRACE", .get(method: "TRACE"), .goesOn, "405 method_not_allowed"),
        Case("CONNECT", .get("chat.example:80", method: "CONNECT"), .goesOn, refused),
        Case("empty lines before", String(repeating: "\r\n", count: 100) + .get(), .goesOn, "200"),
    ]

    private static let targets = [
        Case("OPTIONS *", .get("*", method: "OPTIONS"), .goesOn, "204"),
        Case("GET *", .get("*"), .goesOn, "404 not_found"),
        Case("absolute form", .get("http://other.example/healthz"), .goesOn, "200"),
        Case("absolute form of another scheme", .get("ftp://chat.example/healthz"), .goesOn, refused),
        Case("no slash", .get("healthz"), .goesOn, refused),
        Case("%00", .get("/rooms/a%00b/messages"), .goesOn, refused),
        Case("%00 in an argument", .get("/rooms/lobby/messages?limit=1%00"), .goesOn, refused),
        Case("%2F is no separator", .get("/rooms/lobby%2Fmessages"), .goesOn, "400 bad_room_name"),
        Case("% and no digits", .get("/rooms/%zz"), .goesOn, refused),
        Case("what is not UTF-8", .get("/rooms/%ff"), .goesOn, refused),
        Case("dots", .get("/../../etc/passwd"), .goesOn, "404 not_found"),
        Case("dots in percents", .get("/%2e%2e/%2e%2e/etc/passwd"), .goesOn, "404 not_found"),
        Case(
            "3,000 arguments", .get("/healthz?" + Array(repeating: "a", count: 3000).joined(separator: "&")), .goesOn,
            "200"),
    ]

    private static let sizes = [
        Case("a target of 15,000 bytes", .get("/" + String(repeating: "x", count: 15_000)), .goesOn, "404 not_found"),
        Case("a target of 100,000 bytes", .get("/" + String(repeating: "x", count: 100_000)), .closes, "414"),
        Case(
            "a header of 12,000 bytes", .get("/healthz", "X: " + String(repeating: "x", count: 12_000)), .goesOn, "200"),
        Case("a header of 64 KiB", .get("/healthz", "X: " + String(repeating: "x", count: 65_536)), .closes, "431"),
        Case(
            "1,000 headers", .get("/healthz", Array(repeating: "X: y", count: 1000).joined(separator: "\r\n")), .closes,
            "431"),
    ]

    private static let sequences = [
        Case(
            "three at once", .get() + .post("hi", "Content-Length: 2") + .get("/nothing"), .goesOn, "200", "201",
            "404 not_found"),
        Case("a good one, then a doubtful one", .get() + .get("/healthz", "Host: other"), .closes, "200", refused),
        Case("a good one, then garbage", .get() + "garbage\r\n\r\n", .closes, "200"),
        Case("GET with a body", .get("/healthz", "Content-Length: 2") + "hi", .goesOn, "200"),
        Case("HEAD of a stream", .get("/rooms/lobby/events", method: "HEAD"), .goesOn, "200", isHead: true),
        Case("HEAD of nothing", .get("/nothing", method: "HEAD"), .goesOn, "404", isHead: true),
    ]
}

extension String {
    fileprivate static func get(
        _ target: String = "/healthz", _ headers: String..., method: String = "GET", version: String = "HTTP/1.1"
    ) -> String {
        request("\(method) \(target) \(version)", headers)
    }

    /// A post to the lobby.
    fileprivate static func post(_ body: String, _ headers: String..., version: String = "HTTP/1.1") -> String {
        request("POST /rooms/lobby?user=ann \(version)", ["Content-Type: text/plain"] + headers) + body
    }

    /// With the chunks as they are on the wire.
    fileprivate static func chunked(_ chunks: String) -> String {
        post(chunks, "Transfer-Encoding: chunked")
    }

    fileprivate static func chunkedWith(_ header: String) -> String {
        post("1\r\nx\r\n0\r\n\r\n", header, "Transfer-Encoding: chunked")
    }

    private static func request(_ line: String, _ headers: [String]) -> String {
        ([line, "Host: chat.example"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
    }
}
