/// The text that makes each post of a run findable: `~`, seven random letters of the run, four hexadecimal digits of
/// the poster, eight of the post's number, counted from 0 for each poster.
///
/// It needs no escape in JSON, and nothing else in a stream has a `~`, so that `memchr` finds it at memory speed.
struct Marker {
    static let size = 20
    static let maximumPosters = 1 << 16

    static let first = UInt8(ascii: "~")
    static let prefixSize = 8
    static let posterWidth = 4
    static let sequenceWidth = 8

    /// What all markers of this run begin with.
    let prefix: [UInt8]

    init() {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        prefix = [Self.first] + (1..<Self.prefixSize).map { _ in UInt8.random(in: letters) }
    }

    func text(poster: Int, sequence: Int = 0) -> [UInt8] {
        var bytes = prefix + [UInt8](repeating: 0, count: Self.posterWidth + Self.sequenceWidth)
        Hexadecimal.write(poster, width: Self.posterWidth, over: &bytes, at: Self.prefixSize)
        Self.write(sequence: sequence, over: &bytes, markerAt: 0)
        return bytes
    }

    static func write(sequence: Int, over bytes: inout [UInt8], markerAt start: Int) {
        Hexadecimal.write(sequence, width: sequenceWidth, over: &bytes, at: start + prefixSize + posterWidth)
    }
}
