/// Numbers of a fixed width in lower-case hexadecimal, which both posting and finding markers need fast.
enum Hexadecimal {
    /// `nil` for a byte that is no digit.
    @inline(__always)
    static func value(of byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x61...0x66: Int(byte) - 0x61 + 10
        case 0x41...0x46: Int(byte) - 0x41 + 10
        default: nil
        }
    }

    static func digit(_ value: Int) -> UInt8 {
        UInt8(value < 10 ? value + 0x30 : value - 10 + 0x61)
    }

    /// Writes the low `width` digits of `value` over the bytes at `start`.
    static func write(_ value: Int, width: Int, over bytes: inout [UInt8], at start: Int) {
        for place in 0..<width { bytes[start + place] = digit(value >> (4 * (width - 1 - place)) & 15) }
    }
}
