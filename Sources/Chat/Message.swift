internal import Foundation

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
    /// When its text was taken away; then it has none.
    public let deletedAt: Timestamp?

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
        deletedAt = nil
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
        if let deletedAt { json.set("deleted_at", deletedAt) }
        return json.bytes()
    }

    private init(_ message: Message, deletedAt: Timestamp) {
        (id, room, prev, user, isGuest) = (message.id, message.room, message.prev, message.user, message.isGuest)
        (text, sentAt, clientID, replyTo) = ("", message.sentAt, message.clientID, message.replyTo)
        self.deletedAt = deletedAt
    }

    /// What is left of it in its place: who wrote it and when, and no text.
    public func deleted(at time: Timestamp) -> Message { Message(self, deletedAt: time) }
}

extension Message {
    private struct Fields: Decodable {
        var id: Int64
        var room: RoomName
        var prev: Int64
        var user: String
        var guest: Bool?
        var text: String
        var sentAt: String
        var clientID: String?
        var replyTo: Int64?
        var deletedAt: String?

        enum CodingKeys: String, CodingKey {
            case id, room, prev, user, guest, text
            case sentAt = "sent_at"
            case clientID = "client_id"
            case replyTo = "reply_to"
            case deletedAt = "deleted_at"
        }
    }

    /// What `json` gave.
    ///
    /// - Throws: `DecodingError`.
    public init(json: [UInt8]) throws {
        let fields = try JSONDecoder().decode(Fields.self, from: Data(json))
        func time(_ text: String) throws -> Timestamp {
            guard let time = Timestamp(text) else {
                throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "\(text) is no time"))
            }
            return time
        }
        (id, prev) = (EntryID(rawValue: fields.id), EntryID(rawValue: fields.prev))
        (room, user, isGuest, text) = (fields.room, fields.user, fields.guest ?? false, fields.text)
        sentAt = try time(fields.sentAt)
        (clientID, replyTo) = (fields.clientID, fields.replyTo.map(EntryID.init(rawValue:)))
        deletedAt = try fields.deletedAt.map(time)
    }
}
