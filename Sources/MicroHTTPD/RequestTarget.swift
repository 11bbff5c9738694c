/// A request target taken apart (RFC 9112 §3.2, RFC 3986): first split, then percent-decoded piece by piece, so that an
/// encoded slash stays inside its segment.
public struct RequestTarget: Hashable, Sendable {
    /// Decoded path segments: `/rooms/%E5%A4%A7%E5%8E%85` is `["rooms", "大厅"]`, `/` is `[""]`, `/a/` is `["a", ""]`.
    /// Empty for `*`.
    public let segments: [String]
    /// Decoded arguments in their order; `+` is a space. An argument without `=` has an empty value.
    public let arguments: [(name: String, value: String)]

    public static func == (left: RequestTarget, right: RequestTarget) -> Bool {
        left.segments == right.segments && left.arguments.elementsEqual(right.arguments, by: ==)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(segments)
    }

    /// Why a target cannot be read, for the person who sent it.
    public struct Malformed: Error, Hashable, Sendable {
        public let reason: String
    }

    /// - Parameter raw: origin form (`/path?query`), absolute form (`http://host/path?query`, whose host is passed over),
    ///   or `*`.
    public init(raw: [UInt8]) throws(Malformed) {
        var rest = raw[...]
        if rest.elementsEqual("*".utf8) {
            segments = []
            arguments = []
            return
        }
        if rest.first != UInt8(ascii: "/") { rest = try Self.withoutAuthority(rest) }
        let end = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        var segments: [String] = []
        // As many as most paths have.
        segments.reserveCapacity(4)
        try Self.forEachPiece(of: rest[..<end].dropFirst(), between: UInt8(ascii: "/")) { segment throws(Malformed) in
            segments.append(try Self.decoded(segment, plusIsSpace: false))
        }
        self.segments = segments
        arguments = try Self.arguments(rest[end...].dropFirst())
    }

    /// Reads `a=1&b=2`, as in a query or a form (URL Standard, application/x-www-form-urlencoded).
    ///
    /// - Parameter comparingValues: they have as few marks in a row as names have (`StreamSafeText`).
    public static func arguments(
        _ text: ArraySlice<UInt8>, comparingValues: Bool = true
    ) throws(Malformed) -> [(name: String, value: String)] {
        guard !text.isEmpty else { return [] }
        var arguments: [(name: String, value: String)] = []
        try forEachPiece(of: text, between: UInt8(ascii: "&")) { argument throws(Malformed) in
            guard !argument.isEmpty else { return }
            let end = argument.firstIndex(of: UInt8(ascii: "=")) ?? argument.endIndex
            arguments.append(
                (
                    try decoded(argument[..<end], plusIsSpace: true),
                    try decoded(argument[end...].dropFirst(), plusIsSpace: true, isCompared: comparingValues)
                ))
        }
        return arguments
    }

    /// Without an array of pieces, which took as long as the rest: this is done for every request.
    private static func forEachPiece(
        of text: ArraySlice<UInt8>, between separator: UInt8, _ body: (ArraySlice<UInt8>) throws(Malformed) -> Void
    ) throws(Malformed) {
        var rest = text
        while let end = rest.firstIndex(of: separator) {
            try body(rest[..<end])
            rest = rest[(end + 1)...]
        }
        try body(rest)
    }

    /// The value of the first argument of that name.
    public func argument(_ name: String) -> String? {
        arguments.first { $0.name == name }?.value
    }

    private static func withoutAuthority(_ target: ArraySlice<UInt8>) throws(Malformed) -> ArraySlice<UInt8> {
        for scheme in ["http://", "https://"] where target.starts(with: scheme.utf8) {
            let afterScheme = target.dropFirst(scheme.utf8.count)
            let path = afterScheme.drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            return path.first == UInt8(ascii: "/") ? path : [UInt8(ascii: "/")] + path
        }
        throw Malformed(reason: "the request target is neither a path nor an http URL")
    }

    private static func decoded(
        _ text: ArraySlice<UInt8>, plusIsSpace: Bool, isCompared: Bool = true
    ) throws(Malformed) -> String {
        var isPlain = true
        for byte in text {
            let isCoded = byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+") && plusIsSpace
            if isCoded || byte == 0 || byte >= 0x80 { isPlain = false }
        }
        // As nearly everything is; what is ASCII need not be validated.
        if isPlain { return String(decoding: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "%"):
                guard index + 2 < text.endIndex, let high = hexadecimal(text[index + 1]),
                    let low = hexadecimal(text[index + 2])
                else { throw Malformed(reason: "the URL has a % that two hexadecimal digits do not follow") }
                bytes.append(high << 4 | low)
                index += 3
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
                index += 1
            case let byte:
                bytes.append(byte)
                index += 1
            }
        }
        guard !bytes.contains(0) else { throw Malformed(reason: "the URL contains %00") }
        guard !isCompared || StreamSafeText.allows(bytes) else {
            throw Malformed(reason: "the URL has more than \(StreamSafeText.maximumMarks) marks behind one character")
        }
        return try string(bytes[...])
    }

    private static func string(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Malformed(reason: "the URL is not UTF-8 after percent-decoding")
        }
        return text
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
