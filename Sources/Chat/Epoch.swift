/// Names one life of a log: a short random word, made when the log is created and drawn anew when it is replaced by
/// a backup, so that a reader holding a position in another log is noticed.
public struct Epoch: Hashable, Sendable, CustomStringConvertible {
    /// 1–16 characters of `a`–`z` and `0`–`9`, the first a letter, so that a bare id is never mistaken for one.
    public let word: String

    public init?(_ word: some StringProtocol) {
        let bytes = word.utf8
        guard let first = bytes.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first), bytes.count <= 16,
            bytes.allSatisfy({ byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            })
        else { return nil }
        self.word = String(word)
    }

    /// Six characters, without `l`, `o`, `0` and `1`, which people confuse when they read a cursor aloud: 880 million
    /// words, so a new log has the epoch of an old one about never.
    public static func random(using generator: inout some RandomNumberGenerator) -> Epoch {
        let letters = Array("abcdefghijkmnpqrstuvwxyz")
        let all = letters + Array("23456789")
        var word = String(letters.randomElement(using: &generator)!)
        for _ in 1..<6 { word.append(all.randomElement(using: &generator)!) }
        return Epoch(word)!
    }

    public var description: String { word }
}
