/// The position of an entry in the server's one log: 1 for the first, rising across all rooms.
///
/// Zero is no entry; it stands for "before the first".
public struct EntryID: RawRepresentable, Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
    public let rawValue: Int64

    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    public init(integerLiteral value: Int64) {
        rawValue = value
    }

    /// Before the first entry.
    public static let zero: EntryID = 0

    public var next: EntryID { EntryID(rawValue: rawValue + 1) }

    public static func < (left: EntryID, right: EntryID) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// As its number.
extension EntryID: Codable {
    public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(Int64.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension EntryID: CustomStringConvertible {
    public var description: String { String(rawValue) }
}
