/// The status and framing of an HTTP/1.1 response (RFC 9112).
struct ResponseHead: Equatable {
    /// Bytes; a longer head is an error.
    static let maximumSize = 16 << 10

    enum Framing: Equatable {
        case length(Int)
        case chunked
        case untilClose
    }

    let status: Int
    let framing: Framing
    let closesConnection: Bool
    /// Bytes, the empty line included.
    let size: Int

    /// `nil` while the empty line at the end has not come.
    init?(_ bytes: some RandomAccessCollection<UInt8>) throws {
        guard let size = Self.size(of: bytes) else {
            if bytes.count > Self.maximumSize { throw BenchError("the server's response head does not end") }
            return nil
        }
        let lines = String(decoding: bytes.prefix(size), as: UTF8.self).split(separator: "\r\n")
        let parts = lines.first?.split(separator: " ", maxSplits: 2) ?? []
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]) else {
            throw BenchError("the server does not speak HTTP/1.1: \(lines.first ?? "")")
        }
        var framing = Framing.untilClose
        var closes = parts[0] == "HTTP/1.0"
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }.lowercased()
            switch line[..<colon].lowercased() {
            case "content-length": if framing != .chunked, let count = Int(value) { framing = .length(count) }
            case "transfer-encoding": if value.hasSuffix("chunked") { framing = .chunked }
            case "connection": closes = value.contains("close")
            default: break
            }
        }
        self.status = status
        self.framing = status == 204 || status == 304 ? .length(0) : framing
        self.closesConnection = closes || self.framing == .untilClose
        self.size = size
    }

    private static func size(of bytes: some RandomAccessCollection<UInt8>) -> Int? {
        var matched = 0
        for (offset, byte) in bytes.enumerated() {
            if byte == (matched.isMultiple(of: 2) ? 0x0d : 0x0a) {
                matched += 1
                if matched == 4 { return offset + 1 }
            } else {
                matched = byte == 0x0d ? 1 : 0
            }
        }
        return nil
    }
}
