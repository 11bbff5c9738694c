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
        let path = rest.prefix { $0 != UInt8(ascii: "?") }
        var segments: [String] = []
        for segment in path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            segments.append(try Self.decoded(segment, plusIsSpace: false))
        }
        self.segments = segments
        arguments = try Self.arguments(rest.dropFirst(path.count + 1))
    }

    /// Reads `a=1&b=2`, as in a query or a form (URL Standard, application/x-www-form-urlencoded).
    public static func arguments(_ text: ArraySlice<UInt8>) throws(Malformed) -> [(name: String, value: String)] {
        var arguments: [(name: String, value: String)] = []
        for argument in text.split(separator: UInt8(ascii: "&")) {
            let name = argument.prefix { $0 != UInt8(ascii: "=") }
            arguments.append(
                (
                    try decoded(name, plusIsSpace: true),
                    try decoded(argument.dropFirst(name.count + 1), plusIsSpace: true)
                ))
        }
        return arguments
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

    private static func decoded(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) throws(Malformed) -> String {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || $0 == 0 || plusIsSpace && $0 == UInt8(ascii: "+") })
        else { return try string(text) }
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
