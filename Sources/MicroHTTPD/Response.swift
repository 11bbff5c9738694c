/// What a request is answered with.
public struct Response {
    public enum Content {
        case bytes([UInt8])
        /// Sent from where they are, by any number of responses at once.
        case shared(SharedBytes)
        /// A reader that ends by itself after exactly `size` bytes; sent with `Content-Length`.
        case sized(any ContentReader, size: UInt64)
        /// A reader without a known end: chunks in HTTP/1.1, until the connection closes in HTTP/1.0.
        case stream(any ContentReader)
    }

    /// 200–599.
    public var status: Int
    public var headers: [Header]
    public var content: Content
    /// What the server's own records call this answer, such as an error's code. Never sent.
    public var recordedAs: String?

    public init(status: Int, headers: [Header] = [], content: Content = .bytes([])) {
        self.status = status
        self.headers = headers
        self.content = content
    }

    var reader: (any ContentReader)? {
        switch content {
        case .sized(let reader, _), .stream(let reader): reader
        case .bytes, .shared: nil
        }
    }

    /// It ends when the client leaves or the server stops, not by itself.
    var isEndless: Bool {
        if case .stream = content { true } else { false }
    }
}

/// One header line. A value cannot break out of its line: bytes that could are replaced (RFC 9110 §5.5).
public struct Header: Hashable, Sendable {
    public let name: StaticName
    public let value: String

    /// - Parameter name: a token, as it is to be written.
    public init(_ name: StaticString, _ value: String) {
        self.name = StaticName(name)
        let isSound = value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == UInt8(ascii: "\t") }
        self.value =
            isSound
            ? value
            : String(
                decoding: value.utf8.map { $0 < 0x20 || $0 == 0x7f ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }

    /// Header names are written in the source, never taken from a request.
    public struct StaticName: Hashable, Sendable, CustomStringConvertible {
        let text: StaticString

        init(_ text: StaticString) {
            self.text = text
        }

        public var description: String { "\(text)" }

        public static func == (left: StaticName, right: StaticName) -> Bool {
            left.description.lowercased() == right.description.lowercased()
        }

        public func hash(into hasher: inout Hasher) {
            hasher.combine(description.lowercased())
        }
    }
}

extension Response {
    /// The whole answer as bytes, for a client that no daemon will look after.
    func serialized() -> [UInt8] {
        guard case .bytes(let body) = content else { preconditionFailure("only bytes can be sent without a daemon") }
        var text =
            "HTTP/1.1 \(status) \(Status.phrase(for: status))\r\nConnection: close\r\nContent-Length: \(body.count)\r\n"
        for header in headers { text += "\(header.name): \(header.value)\r\n" }
        return Array((text + "\r\n").utf8) + body
    }
}
