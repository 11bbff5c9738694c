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

/// A place in one log: what an event stream's `id:` line carries, and what a reader gives to go on from there.
///
/// Its text is `<epoch>-<id>`; everything after that id is still to be read.
public struct Cursor: Hashable, Sendable, CustomStringConvertible {
    public let epoch: Epoch
    public let id: EntryID

    public init(epoch: Epoch, id: EntryID) {
        self.epoch = epoch
        self.id = id
    }

    public var description: String { "\(epoch.word)-\(id.rawValue)" }
}

/// A position that a reader asks for: a cursor, or a bare id, which is taken to be of the present epoch.
public struct AskedPosition: Hashable, Sendable {
    public let epoch: Epoch?
    public let id: EntryID

    public init(epoch: Epoch?, id: EntryID) {
        self.epoch = epoch
        self.id = id
    }

    /// Reads `k3f9ab-1041` or `1041`; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let digits: Substring
        if let dash = text.firstIndex(of: "-") {
            guard let epoch = Epoch(text[..<dash]) else { return nil }
            self.epoch = epoch
            digits = Substring(text[text.index(after: dash)...])
        } else {
            epoch = nil
            digits = Substring(text)
        }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let value = Int64(digits)
        else { return nil }
        id = EntryID(rawValue: value)
    }
}
