/// The bytes that mean something in an event stream.
extension UInt8 {
    static let null: UInt8 = 0x00
    static let lineFeed: UInt8 = 0x0a
    static let carriageReturn: UInt8 = 0x0d
    static let space: UInt8 = 0x20
    static let colon: UInt8 = 0x3a
}
