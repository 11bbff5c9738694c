import ServerSentEvents
import Testing

@Suite struct RoundTripTests {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func whatIsEncoded_IsParsed_WhateverTheChunks(seed: UInt64) throws {
        var generator = SplitMix64(state: seed)
        var bytes: [UInt8] = []
        var expected: [ServerSentEvent] = []
        var lastID: String?
        for _ in 0..<100 {
            let event = ServerSentEvent(
                event: Bool.random(using: &generator) ? text(using: &generator) : nil,
                data: text(using: &generator),
                id: Bool.random(using: &generator) ? text(using: &generator) : nil,
                retry: Bool.random(using: &generator) ? .random(in: 0...100_000, using: &generator) : nil)
            event.encode(into: &bytes)
            lastID = event.id ?? lastID
            expected.append(
                ServerSentEvent(
                    event: event.event, data: withLineFeedsOnly(event.data), id: lastID, retry: event.retry))
        }
        var chunks: [[UInt8]] = []
        while !bytes.isEmpty {
            let count = Int.random(in: 0...min(bytes.count, 30), using: &generator)
            chunks.append(Array(bytes.prefix(count)))
            bytes.removeFirst(count)
        }
        #expect(try events(in: chunks) == expected)
    }

    private func text(using generator: inout SplitMix64) -> String {
        let scalars: [Unicode.Scalar] = [
            "\r", "\n", "\0", ":", " ", "a", "\u{feff}", "\u{fffd}", "é", "大", "💬", "\u{2028}", "\u{85}",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &generator) { text.append(scalars.randomElement(using: &generator)!) }
        return String(text)
    }

    private func withLineFeedsOnly(_ text: String) -> String {
        var scalars: [Unicode.Scalar] = []
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if !(scalar == "\n" && previous == "\r") { scalars.append(scalar == "\r" ? "\n" : scalar) }
            previous = scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

/// Repeatable random numbers, by the constants of Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators" (2014).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
