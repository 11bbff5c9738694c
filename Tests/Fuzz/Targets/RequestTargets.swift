internal import MicroHTTPD

/// Paths and arguments: taken apart as a plain reading would, piece by piece; and what is written so is read.
func form(_ input: [UInt8]) {
    let path = [UInt8(ascii: "/")] + input
    let target = try? RequestTarget(raw: path)
    if String(validating: input, as: UTF8.self) != nil { agree(target, with: String(decoding: path, as: UTF8.self)) }
    for prefix in ["http://example.org", "https://[::1]:8080"] {
        expectEqual(try? RequestTarget(raw: Array(prefix.utf8) + path), target, "behind a host")
    }
    if let target {
        let size =
            target.segments.reduce(0) { $0 + $1.utf8.count }
            + target.arguments.reduce(0) {
                $0 + $1.name.utf8.count + $1.value.utf8.count
            }
        expect(size <= input.count, "it grew")
        let texts = target.segments + target.arguments.flatMap { [$0.name, $0.value] }
        expect(!texts.contains { $0.utf8.contains(0) }, "a NUL")
        expectEqual(try? RequestTarget(raw: Array(written(target).utf8)), target, "read, written, read")
    }
}

private func written(_ target: RequestTarget) -> String {
    // An argument of nothing at all cannot be written but as an `=`.
    "/" + target.segments.map(encoded).joined(separator: "/") + "?"
        + target.arguments.map { encoded($0.name) + "=" + encoded($0.value) }.joined(separator: "&")
}

private func agree(_ target: RequestTarget?, with text: String) {
    let halves = text.unicodeScalars.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let segments = halves[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
        decoded(String($0))
    }
    let arguments = (halves.count == 2 ? String(halves[1]) : "").unicodeScalars.split(separator: "&").map { argument in
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
            decoded(String(String.UnicodeScalarView($0.map { $0 == "+" ? " " : $0 })))
        }
        return [parts[0], parts.count == 2 ? parts[1] : ""]
    }
    guard let target else {
        expect(
            (segments + arguments.joined()).contains { $0.map(hasManyMarks) ?? true }, "refused, and can be read")
        return
    }
    expect(target.segments.map(Optional.some).elementsEqual(segments) { same($0, $1) }, "other segments")
    let found = target.arguments.flatMap { [$0.name, $0.value] }.map(Optional.some)
    expect(found.elementsEqual(arguments.joined()) { same($0, $1) }, "other arguments")
}

private func hasManyMarks(_ text: String) -> Bool {
    var safe = StreamSafeText()
    return !text.unicodeScalars.allSatisfy { safe.append($0) }
}

/// `nil` where the server refuses. (Foundation's own decoding takes bytes that are no UTF-8.)
private func decoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    for (number, part) in text.utf8.split(separator: 0x25, omittingEmptySubsequences: false).enumerated() {
        let digits = String(part.prefix(2)) ?? ""
        if number > 0 {
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let byte = UInt8(digits, radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        bytes += part.dropFirst(number > 0 ? 2 : 0)
    }
    return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
}

/// To the byte: equal strings may be spelt differently.
private func same(_ left: String?, _ right: String?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return left.utf8.elementsEqual(right.utf8)
}
