internal import MicroHTTPD

@testable internal import ChatHTTP

/// `Accept`, `Accept-Encoding`, `If-None-Match` and origins.
func headers(_ input: [UInt8]) {
    // As the server reads them: up to a NUL, repaired where it is not UTF-8.
    let header = String(decoding: input.prefix { $0 != 0 }, as: UTF8.self)
    accept(header)
    acceptEncoding(header)
    ifNoneMatch(header)
    if case .named(let origin)? = try? AllowedOrigin(header) {
        expectEqual(try? AllowedOrigin(origin), .named(origin), "an origin's own origin")
        expectEqual(try? AllowedOrigin(asciiUppercased(origin)), .named(origin), "an origin in capitals")
    }
}

private let types = ["text/event-stream", "application/x-ndjson", "text/plain", "text/html", "application/json"]

private func accept(_ header: String) {
    let (plain, loud) = (AcceptHeader(header), AcceptHeader(asciiUppercased(header)))
    for type in types {
        let quality = plain.quality(of: type)
        expect((0...1).contains(quality), "a quality of \(quality)")
        expectEqual(loud.quality(of: type), quality, "in capitals")
        // The most specific wins, wherever it stands; of two, the first.
        expectEqual(AcceptHeader(type + ";q=0.25," + header).quality(of: type), 0.25, "a type by its name")
    }
    if types.allSatisfy({ plain.quality(of: $0) == 0 }) {
        expectEqual(AcceptHeader(header + ",*/*;q=0").quality(of: types[0]), 0, "nothing more is taken")
    }
}

private func acceptEncoding(_ header: String) {
    expectEqual(
        AcceptedEncodings(asciiUppercased(header)).allowGzip, AcceptedEncodings(header).allowGzip, "in capitals")
    expect(AcceptedEncodings(header + ", gzip").allowGzip, "gzip is taken")
    expect(!AcceptedEncodings(header + ", gzip;q=0").allowGzip, "gzip is not taken")
    if header.unicodeScalars.allSatisfy({ $0 != "*" && $0 != "g" && $0 != "G" }) {
        expect(!AcceptedEncodings(header).allowGzip, "nobody named it")
    }
}

// Long enough that compressing pays.
private let file = StaticFile(Array(String(repeating: "<p>Hello", count: 100).utf8), named: "index.html")
private let tag = file.response(acceptEncoding: nil, ifNoneMatch: nil).headers.first { "\($0.name)" == "ETag" }!.value

private func ifNoneMatch(_ header: String) {
    let known = file.response(acceptEncoding: nil, ifNoneMatch: header).status == 304
    if !header.contains(tag) && !header.unicodeScalars.contains("*") { expect(!known, "a file that nobody has") }
    for list in [header + "," + tag, header + " , W/" + tag + " ", tag + "," + header] {
        expectEqual(file.response(acceptEncoding: nil, ifNoneMatch: list).status, 304, "a file that the client has")
    }
    // Each form has its own.
    let gzipped = file.response(acceptEncoding: "gzip", ifNoneMatch: tag)
    expectEqual(gzipped.status, 200, "the other form")
}

private func asciiUppercased(_ text: String) -> String {
    String(decoding: text.utf8.map { (0x61...0x7a).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
}
