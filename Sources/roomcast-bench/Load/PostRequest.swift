/// A poster's request as bytes that are made once: from one post to the next only digits change in it.
struct PostRequest {
    /// Stands for a digit of the room's number until it is known where those digits are.
    static let roomDigit = UInt8(1)

    private(set) var bytes: [UInt8]
    private let markerOffset: Int
    private let roomOffsets: [Int]
    private let roomWidth: Int

    /// - Parameters:
    ///   - bytes: with a marker that begins with `prefix`, and ``roomDigit`` `roomWidth` times wherever the room goes.
    ///   - roomWidth: in digits.
    init(_ bytes: [UInt8], prefix: [UInt8], roomWidth: Int) throws {
        guard let offset = bytes.firstRange(of: prefix)?.lowerBound else {
            throw BenchError("the post's body has no {marker}")
        }
        self.bytes = bytes
        markerOffset = offset
        self.roomWidth = roomWidth
        let digits = bytes.indices.filter { bytes[$0] == Self.roomDigit }
        roomOffsets = stride(from: 0, to: digits.count, by: roomWidth).map { digits[$0] }
        set(sequence: 0, room: 0)
    }

    mutating func set(sequence: Int, room: Int) {
        Marker.write(sequence: sequence, over: &bytes, markerAt: markerOffset)
        for offset in roomOffsets {
            var rest = room
            for place in (offset..<offset + roomWidth).reversed() {
                bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
        }
    }
}
