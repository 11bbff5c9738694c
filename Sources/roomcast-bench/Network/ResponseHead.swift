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
        let parsed =
            try bytes.withContiguousStorageIfAvailable { try Self.parse($0) }
            ?? Array(bytes).withUnsafeBufferPointer { try Self.parse($0) }
        guard let parsed else { return nil }
        self = parsed
    }

    private init(status: Int, framing: Framing, closesConnection: Bool, size: Int) {
        self.status = status
        self.framing = framing
        self.closesConnection = closesConnection
        self.size = size
    }

    /// Without strings: a poster reads a head for each post, and may do so a hundred thousand times a second.
    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws -> ResponseHead? {
        guard let size = size(of: bytes) else {
            if bytes.count > maximumSize { throw BenchError("the server's response head does not end") }
            return nil
        }
        var line = bytes[..<(bytes.firstIndex(of: 0x0d) ?? size)]
        guard let status = status(of: line) else {
            throw BenchError("the server does not speak HTTP/1.1: \(String(decoding: line, as: UTF8.self))")
        }
        var framing = Framing.untilClose
        var closes = line[7] == UInt8(ascii: "0")
        while line.endIndex + 2 < size {
            let start = line.endIndex + 2
            line = bytes[start..<(bytes[start..<size].firstIndex(of: 0x0d) ?? size)]
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = line[..<colon]
            let value = line[(colon + 1)...].drop { $0 == 0x20 }
            if equal(name, "content-length") {
                if framing != .chunked, let count = number(value) { framing = .length(count) }
            } else if equal(name, "transfer-encoding") {
                if equal(value.suffix(7), "chunked") { framing = .chunked }
            } else if equal(name, "connection") {
                closes = value.indices.contains { equal(value[$0...].prefix(5), "close") }
            }
        }
        if status == 204 || status == 304 { framing = .length(0) }
        return ResponseHead(
            status: status, framing: framing, closesConnection: closes || framing == .untilClose, size: size)
    }

    /// Of `HTTP/1.1 200 OK`; `nil` if the line is no such line.
    private static func status(of line: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard line.count >= 12, equal(line.prefix(7), "http/1."), line[line.startIndex + 8] == 0x20 else { return nil }
        return number(line.dropFirst(9).prefix { $0 != 0x20 })
    }

    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard !digits.isEmpty, digits.count < 18 else { return nil }
        var number = 0
        for digit in digits {
            guard 0x30...0x39 ~= digit else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return number
    }

    /// - Parameter word: in lower case.
    private static func equal(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        var expected = word.utf8Start
        for byte in bytes {
            let lower = 0x41...0x5a ~= byte ? byte | 0x20 : byte
            guard lower == expected.pointee else { return false }
            expected += 1
        }
        return true
    }

    private static func size(of bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var matched = 0
        for offset in bytes.indices {
            let byte = bytes[offset]
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
