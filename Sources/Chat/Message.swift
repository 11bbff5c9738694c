/// A message as its room shows it.
public struct Message: Hashable, Sendable {
    public let id: EntryID
    public let room: RoomName
    /// The durable event before it in the same room, zero for the first: by it a reader proves that nothing is missing.
    public let prev: EntryID
    public let user: String
    public let isGuest: Bool
    public let text: String
    public let sentAt: Timestamp
    public let clientID: String?
    public let replyTo: EntryID?

    public init(post: Post, id: EntryID, prev: EntryID) {
        self.id = id
        self.prev = prev
        room = post.room
        user = post.sender.name
        isGuest = post.sender.isGuest
        text = post.text
        sentAt = post.sentAt
        clientID = post.clientID
        replyTo = post.replyTo
    }

    /// One JSON object on one line, without a line break: the form that is stored, streamed and answered.
    public var json: [UInt8] {
        var json = JSONObject(reservingCapacity: text.utf8.count + 160)
        json.set("id", id.rawValue)
        json.set("room", room.text)
        json.set("prev", prev.rawValue)
        json.set("user", user)
        if isGuest { json.set("guest", true) }
        json.set("text", text)
        json.set("sent_at", sentAt)
        if let clientID { json.set("client_id", clientID) }
        if let replyTo { json.set("reply_to", replyTo.rawValue) }
        return json.bytes()
    }
}
