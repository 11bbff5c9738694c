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
    /// The latest deletion of a room of that name that was known when the sender's rights were looked at; zero for none. What comes
    /// under the name after another is not the room that they were writing to.
    public let knownDeletion: EntryID

    /// Text limit in UTF-8 bytes, where nothing else is configured.
    public static let defaultTextLimit = 16 * 1024

    /// - Throws: `emptyText` for a text of nothing but white space, `textTooLong`, `keyTooShort`.
    public init(
        room: RoomName, sender: Sender, text: String, textLimit: Int = defaultTextLimit, sentAt: Timestamp,
        replyTo: EntryID? = nil, key: String? = nil, clientID: String? = nil, mayMakeRoom: Bool = true,
        knownDeletion: EntryID = .zero
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
        self.knownDeletion = knownDeletion
        if let key = key ?? clientID {
            self.key = try IdempotencyKey(key, sender: sender, text: text, replyTo: replyTo)
        } else {
            self.key = nil
        }
    }
    /// One that was checked before.
    init(
        room: RoomName, sender: Sender, text: String, sentAt: Timestamp, replyTo: EntryID?, key: IdempotencyKey?,
        clientID: String?, mayMakeRoom: Bool, knownDeletion: EntryID
    ) {
        self.room = room
        self.sender = sender
        self.text = text
        self.sentAt = sentAt
        self.replyTo = replyTo
        self.key = key
        self.clientID = clientID
        self.mayMakeRoom = mayMakeRoom
        self.knownDeletion = knownDeletion
    }
}
