/// The form under which two names are the same person's: "Ann", "ann", "Ａnn" and "аnn", whose first letter is Cyrillic,
/// have one key, and so have "Ian", "lan" and "1an".
///
/// The name without case, and of it the skeleton (UTS #39, section 4), by NFKC_Casefold before and after. Three things are
/// added. What is not of Latin letters, but looks as if it were, is taken for what it looks like before case is: else "Νick"
/// with a Greek capital would be apart from "Nick", since a small ν looks like a v. (So a Greek name may have another
/// key in capitals, where both look Latin.) An i is an l, for their capitals look like each other's small letters. White
/// space counts as one space, and none at the ends, as a browser shows it.
///
/// Keys are made where a name is proposed, and kept as they are: a later Unicode may give a few names another.
public struct NameKey: Hashable, Sendable, CustomStringConvertible {
    /// NFD; without capitals, and without what cannot be seen. For storing and comparing, not for showing.
    public let text: String

    /// Any thread. About 0.3 µs for a short name of ASCII, and 5 µs for another; grows with the name, which the caller
    /// bounds.
    public init(_ name: String) {
        text = Self.ofASCII(name) ?? Self.ofAny(name)
    }

    public var description: String { text }

    /// By ICU, whatever the name.
    static func ofAny(_ name: String) -> String {
        let composed = ICU.compatibilityComposed(Array(name.utf16))
        var shown = composed
        if !ICU.isLatin(composed) {
            let skeleton = ICU.skeleton(composed)
            if ICU.isLatin(skeleton) { shown = skeleton }
        }
        let folded = ICU.caseFolded(ICU.skeleton(ICU.caseFolded(shown)))
        var key = SpacedUnits<UInt16>()
        for unit in ICU.decomposed(folded) { key.append(unit == i ? l : unit) }
        return String(decoding: key.units, as: UTF16.self)
    }

    private static var i: UInt16 { 0x69 }
    private static var l: UInt16 { 0x6c }

    /// What ICU makes of each character of ASCII. Each stands for itself there, whatever is beside it; so the key of a name
    /// is that of its characters, one after another.
    private static let asciiKeys: [[UInt8]] = (0..<0x80).map { value in
        value == 0x20 ? [0x20] : Array(ofAny(String(Unicode.Scalar(UInt8(value)))).utf8)
    }

    /// `nil` for what is not short or not of ASCII.
    static func ofASCII(_ name: String) -> String? {
        guard name.utf8.count <= 64, name.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        var key = SpacedUnits<UInt8>()
        for byte in name.utf8 {
            for unit in asciiKeys[Int(byte)] { key.append(unit) }
        }
        return String(decoding: key.units, as: UTF8.self)
    }
}

extension NameKey: Codable {
    /// Takes the text as it is: it is a key already.
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Code units with single spaces, and only between others.
private struct SpacedUnits<Unit: FixedWidthInteger> {
    private(set) var units: [Unit] = []
    private var spaceIsDue = false

    init() { units.reserveCapacity(32) }

    mutating func append(_ unit: Unit) {
        // Tabs and line ends are no part of a name, and still no way around its key.
        if unit == 0x20 || (0x09...0x0d).contains(unit) {
            spaceIsDue = !units.isEmpty
        } else {
            if spaceIsDue { units.append(0x20) }
            spaceIsDue = false
            units.append(unit)
        }
    }
}
