/// Writes one flat JSON object straight into bytes (RFC 8259), in the order of the calls.
///
/// Every committed message passes through here once, on the one thread that commits. Reading JSON is Foundation's.
public struct JSONObject {
    private var buffer: [UInt8]

    public init(reservingCapacity capacity: Int = 128) {
        buffer = []
        buffer.reserveCapacity(capacity)
        buffer.append(UInt8(ascii: "{"))
    }

    public mutating func set(_ name: StaticString, _ value: String) {
        key(name)
        Self.append(value, to: &buffer)
    }

    public mutating func set(_ name: StaticString, _ value: Int64) {
        key(name)
        Self.append(value, to: &buffer)
    }

    public mutating func set(_ name: StaticString, _ value: Bool) {
        key(name)
        buffer.append(contentsOf: value ? "true".utf8 : "false".utf8)
    }

    public mutating func set(_ name: StaticString, _ value: Timestamp) {
        key(name)
        buffer.append(UInt8(ascii: "\""))
        value.write { buffer.append($0) }
        buffer.append(UInt8(ascii: "\""))
    }

    public mutating func set(_ name: StaticString, _ value: [String]) {
        key(name)
        buffer.append(UInt8(ascii: "["))
        for (index, element) in value.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            Self.append(element, to: &buffer)
        }
        buffer.append(UInt8(ascii: "]"))
    }

    /// Elements that are JSON already, as a list.
    public mutating func set(_ name: StaticString, listOf elements: [[UInt8]]) {
        key(name)
        buffer.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            buffer.append(contentsOf: element)
        }
        buffer.append(UInt8(ascii: "]"))
    }

    /// The finished object.
    public consuming func bytes() -> [UInt8] {
        buffer.append(UInt8(ascii: "}"))
        return buffer
    }

    private mutating func key(_ name: StaticString) {
        if buffer.count > 1 { buffer.append(UInt8(ascii: ",")) }
        buffer.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { buffer.append(contentsOf: $0) }
        buffer.append(UInt8(ascii: "\""))
        buffer.append(UInt8(ascii: ":"))
    }

    private static func append(_ value: Int64, to buffer: inout [UInt8]) {
        guard value >= 0 else { return buffer.append(contentsOf: String(value).utf8) }
        // As nearly all are: places in the log.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value
            var start = digits.count
            repeat {
                start -= 1
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                digits[start] = UInt8(ascii: "0") + UInt8(digit)
                rest = quotient
            } while rest > 0
            buffer.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }

    /// A JSON string: the characters that RFC 8259 §7 requires are escaped, and U+2028 and U+2029, which end a line in
    /// some readers of one-line formats.
    private static func append(_ value: String, to buffer: inout [UInt8]) {
        buffer.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { utf8 in
            var start = 0
            var index = 0
            func flush(_ buffer: inout [UInt8]) {
                if index > start { buffer.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index])) }
            }
            while index < utf8.count {
                let byte = utf8[index]
                if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0xe2 {
                    index += 1
                    continue
                }
                if byte == 0xe2 {
                    let isSeparator =
                        index + 2 < utf8.count && utf8[index + 1] == 0x80
                        && (utf8[index + 2] == 0xa8 || utf8[index + 2] == 0xa9)
                    guard isSeparator else {
                        index += 1
                        continue
                    }
                    flush(&buffer)
                    buffer.append(contentsOf: utf8[index + 2] == 0xa8 ? "\\u2028".utf8 : "\\u2029".utf8)
                    index += 3
                } else {
                    flush(&buffer)
                    appendEscape(of: byte, to: &buffer)
                    index += 1
                }
                start = index
            }
            flush(&buffer)
        }
        buffer.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(of byte: UInt8, to buffer: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): buffer.append(contentsOf: "\\\"".utf8)
        case UInt8(ascii: "\\"): buffer.append(contentsOf: "\\\\".utf8)
        case UInt8(ascii: "\n"): buffer.append(contentsOf: "\\n".utf8)
        case UInt8(ascii: "\r"): buffer.append(contentsOf: "\\r".utf8)
        case UInt8(ascii: "\t"): buffer.append(contentsOf: "\\t".utf8)
        default:
            let hexadecimal = Array("0123456789abcdef".utf8)
            buffer.append(contentsOf: "\\u00".utf8)
            buffer.append(hexadecimal[Int(byte >> 4)])
            buffer.append(hexadecimal[Int(byte & 15)])
        }
    }
}
