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
