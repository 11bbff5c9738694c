/// Takes an input apart: a few numbers that choose, and the texts that are tried.
struct Bytes {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    mutating func number() -> Int {
        Int(rest.popFirst() ?? 0)
    }

    /// Up to the next 0xff, which no text has.
    mutating func part() -> [UInt8] {
        let part = rest.prefix { $0 != 0xff }
        rest = rest.dropFirst(part.count + 1)
        return Array(part)
    }

    mutating func text() -> String {
        String(decoding: part(), as: UTF8.self)
    }
}

/// Cuts bytes into pieces whose sizes the first bytes tell.
func pieces(of bytes: [UInt8], seed: Int) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var (state, rest) = (UInt64(seed) &+ 1, bytes[...])
    while !rest.isEmpty {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let size = Int(state >> 33) % 9
        pieces.append(rest.prefix(size))
        rest = rest.dropFirst(size)
    }
    return pieces
}

/// Control characters, as no line for people may have; a line feed apart.
func controls(in text: some StringProtocol) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { $0.properties.generalCategory == .control && $0 != "\n" }
}
