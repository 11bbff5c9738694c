/// What makes a repeated post the same post.
public struct IdempotencyKey: Hashable, Sendable {
    public let text: String
    /// Of what was posted under the key, to tell a repetition from another post. It guards a sender only against
    /// themselves, so it need not be cryptographic: FNV-1a, 64 bits.
    public let digest: Int64

    /// UTF-8 bytes.
    public static let maximumLength = 200
    /// 22 characters of base 64 are 128 bits.
    public static let minimumLengthForAnonymous = 22

    init(_ key: String, sender: Sender, text: String, replyTo: EntryID?) throws(ChatError) {
        self.text = try Self.checked(key)
        if sender.isAnonymous && key.count < Self.minimumLengthForAnonymous {
            throw .keyTooShort(length: key.count, minimum: Self.minimumLengthForAnonymous)
        }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        text.utf8.forEach(add)
        if let replyTo {
            add(0xff)
            String(replyTo.rawValue).utf8.forEach(add)
        }
        digest = Int64(bitPattern: hash)
    }

    /// One that was checked before.
    init(stored text: String, digest: Int64) {
        self.text = text
        self.digest = digest
    }

    static func checked(_ key: String) throws(ChatError) -> String {
        guard !key.isEmpty else { throw .badKey(reason: "it is empty") }
        guard key.utf8.count <= maximumLength else {
            throw .badKey(reason: "it has \(key.utf8.count) bytes, at most \(maximumLength) are allowed")
        }
        guard key.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw .badKey(reason: "it contains a control character")
        }
        return key
    }
}
