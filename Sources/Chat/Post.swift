/// A message that somebody wants to have in a room: checked and normalized, not yet in the log.
///
/// Everything that applying it depends on is in here or in the log before it: the sender's clock has been read, flags
/// have been looked at. So applying it gives the same result wherever and whenever it happens.
public struct Post: Hashable, Sendable {
    public let room: RoomName
    public let sender: Sender
    public let text: String
    public let sentAt: Timestamp
    public let replyTo: EntryID?
    /// Unique per sender and room: a second post with the same key is the first one repeated.
    public let key: IdempotencyKey?
    /// Shown with the message, so that the page that sent it knows it again.
    public let clientID: String?
    /// Whether posting to a room that does not exist makes it.
    public let mayMakeRoom: Bool

    /// Text limit in UTF-8 bytes, where nothing else is configured.
    public static let defaultTextLimit = 16 * 1024

    /// - Throws: `emptyText` for a text of nothing but white space, `textTooLong`, `keyTooShort`.
    public init(
        room: RoomName, sender: Sender, text: String, textLimit: Int = defaultTextLimit, sentAt: Timestamp,
        replyTo: EntryID? = nil, key: String? = nil, clientID: String? = nil, mayMakeRoom: Bool = true
    ) throws(ChatError) {
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else { throw .emptyText }
        guard text.utf8.count <= textLimit else { throw .textTooLong(bytes: text.utf8.count, limit: textLimit) }
        self.room = room
        self.sender = sender
        self.text = text
        self.sentAt = sentAt
        self.replyTo = replyTo
        self.clientID = try clientID.map { id throws(ChatError) in try IdempotencyKey.checked(id) }
        self.mayMakeRoom = mayMakeRoom
        if let key = key ?? clientID {
            self.key = try IdempotencyKey(key, sender: sender, text: text, replyTo: replyTo)
        } else {
            self.key = nil
        }
    }
}

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
