import Glibc

/// Takes the chunked transfer coding (RFC 9112 §7.1) off a body that comes in pieces, in place.
///
/// A server may end a chunk anywhere, in the middle of a marker too, so the chunks cannot be scanned as they are.
struct ChunkedBody {
    private enum Expectation {
        case size
        case restOfSizeLine
        case data
        case lineEndAfterData
        case trailer(lineIsEmpty: Bool)
        case nothing
    }

    private var expectation = Expectation.size
    /// Of the chunk that is being read, in bytes.
    private var remaining = 0
    private var sizeHasDigits = false

    /// Whether the last chunk and its trailer have been read.
    var isComplete: Bool { if case .nothing = expectation { true } else { false } }

    /// Moves the payload to the front of `buffer`.
    ///
    /// - Returns: its size in bytes.
    mutating func decode(_ buffer: UnsafeMutableRawBufferPointer) throws(BenchError) -> Int {
        guard let base = buffer.baseAddress else { return 0 }
        var read = 0
        var written = 0
        while read < buffer.count {
            if case .data = expectation {
                let count = min(remaining, buffer.count - read)
                memmove(base + written, base + read, count)
                read += count
                written += count
                remaining -= count
                if remaining == 0 { expectation = .lineEndAfterData }
            } else {
                try step(over: buffer[read])
                read += 1
            }
        }
        return written
    }

    private mutating func step(over byte: UInt8) throws(BenchError) {
        switch expectation {
        case .size:
            if let digit = Hexadecimal.value(of: byte), remaining < 1 << 48 {
                remaining = remaining << 4 | digit
                sizeHasDigits = true
            } else if sizeHasDigits, byte == 0x0d || byte == 0x3b || byte == 0x20 {
                expectation = .restOfSizeLine
            } else {
                throw BenchError("the server's chunked body is broken")
            }
        case .restOfSizeLine:
            guard byte == 0x0a else { return }
            sizeHasDigits = false
            expectation = remaining == 0 ? .trailer(lineIsEmpty: true) : .data
        case .data:
            break
        case .lineEndAfterData:
            if byte == 0x0a { expectation = .size }
        case .trailer(let lineIsEmpty):
            if byte == 0x0a {
                expectation = lineIsEmpty ? .nothing : .trailer(lineIsEmpty: true)
            } else if byte != 0x0d {
                expectation = .trailer(lineIsEmpty: false)
            }
        case .nothing:
            throw BenchError("the server sent bytes after its chunked body")
        }
    }
}
