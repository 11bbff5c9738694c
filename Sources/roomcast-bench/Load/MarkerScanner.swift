import Glibc

/// Finds one run's markers in bytes as they were received.
struct MarkerScanner {
    private let prefix: UInt64

    init(_ marker: Marker) {
        prefix = marker.prefix.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    /// - Parameter found: called for each whole marker, in order.
    /// - Returns: how many bytes at the end may be the beginning of a marker, fewer than ``Marker/size``: they must come
    ///   again before the bytes that follow them.
    @inline(__always)
    func scan(_ bytes: UnsafeRawBufferPointer, found: (_ poster: Int, _ sequence: Int) -> Void) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var position = 0
        while let hit = memchr(base + position, Int32(Marker.first), bytes.count - position) {
            let start = UnsafeRawPointer(hit) - base
            guard start + Marker.size <= bytes.count else { return bytes.count - start }
            position = start + 1
            guard base.loadUnaligned(fromByteOffset: start, as: UInt64.self) == prefix else { continue }
            let poster = start + Marker.prefixSize
            guard let posterNumber = number(in: bytes, at: poster, width: Marker.posterWidth),
                let sequence = number(in: bytes, at: poster + Marker.posterWidth, width: Marker.sequenceWidth)
            else { continue }
            found(posterNumber, sequence)
            position = start + Marker.size
        }
        return 0
    }

    @inline(__always)
    private func number(in bytes: UnsafeRawBufferPointer, at start: Int, width: Int) -> Int? {
        var number = 0
        for offset in start..<start + width {
            guard let digit = Hexadecimal.value(of: bytes[offset]) else { return nil }
            number = number << 4 | digit
        }
        return number
    }
}
