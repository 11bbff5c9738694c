internal import Logging
internal import MicroHTTPD

/// What the access log keeps of one request. Cut to its bounds when it is made, since many may wait to be written.
///
/// Of the headers only `User-Agent` is ever written: no credential can get in by another name.
struct AccessLogEntry: Sendable {
    private static let methodLimit = 32
    private static let targetLimit = 512
    private static let agentLimit = 256

    private let client: IPAddress?
    private let method: LoggedText
    private let target: LoggedText
    private let agent: LoggedText
    private var status = 0
    private var milliseconds = 0.0
    private var isStream = false

    init(_ request: borrowing Request, client: IPAddress) {
        self.client = client
        method = LoggedText(request.method.utf8, limit: Self.methodLimit)
        target = LoggedText(request.rawTarget, limit: Self.targetLimit)
        agent = LoggedText(request.header("User-Agent").map { Array($0.utf8) } ?? [], limit: Self.agentLimit)
    }

    /// Of what never became a request.
    init(refusedWith status: Int) {
        client = nil
        method = LoggedText([], limit: 0)
        target = method
        agent = method
        self.status = status
    }

    func answered(_ status: Int, nanoseconds: Int64, isStream: Bool) -> AccessLogEntry {
        var entry = self
        entry.status = status
        entry.milliseconds = Double(nanoseconds / 1000) / 1000
        entry.isStream = isStream
        return entry
    }

    var message: Logger.Message { isStream ? "stream opened" : "answered" }

    var metadata: Logger.Metadata {
        [
            "client": .string(client?.description ?? "-"), "method": .string(method.shown),
            "target": .string(target.shown),
            "status": .stringConvertible(status), "ms": .stringConvertible(milliseconds),
            "agent": .string(agent.spaced),
        ]
    }
}

/// Bytes from a client, as they can be shown on one line among other fields.
struct LoggedText: Sendable {
    private let bytes: [UInt8]
    private let isCut: Bool

    init(_ bytes: some Collection<UInt8>, limit: Int) {
        self.bytes = Array(bytes.prefix(limit))
        isCut = bytes.count > limit
    }

    /// One word: a space, too, is escaped.
    var shown: String { text { (0x21...0x7e).contains($0) } }

    /// Words; none of them looks like a field of its own, `status=200`.
    var spaced: String { text { (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "=") } }

    /// What is not plain ASCII is escaped, and so are quotation marks and the escape itself.
    private func text(_ isPlain: (UInt8) -> Bool) -> String {
        if bytes.isEmpty { return "-" }
        let hexadecimal = Array("0123456789abcdef".utf8)
        var shown: [UInt8] = []
        for byte in bytes {
            if isPlain(byte) && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "\"") {
                shown.append(byte)
            } else {
                shown += [
                    UInt8(ascii: "\\"), UInt8(ascii: "x"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)],
                ]
            }
        }
        return String(decoding: shown, as: UTF8.self) + (isCut ? "..." : "")
    }
}
