internal import Foundation

/// A post as the entry of a log that several servers share. Whoever applies it has no other source: what the proposer's
/// flags and clock said is in here.
extension Post {
    public static let entryKind = "message"

    private struct Fields: Decodable {
        var room: String
        var name: String
        var guest: Bool
        var identity: String
        var text: String
        var sentAt: Int64
        var replyTo: Int64?
        var key: String?
        var digest: Int64?
        var clientID: String?
        var mayMakeRoom: Bool
        var knownDeletion: Int64?

        enum CodingKeys: String, CodingKey {
            case room, name, guest, identity, text
            case sentAt = "sent_at_ms"
            case replyTo = "reply_to"
            case key, digest
            case clientID = "client_id"
            case mayMakeRoom = "may_make_room"
            case knownDeletion = "known_deletion"
        }
    }

    /// One JSON object.
    public var entryJSON: [UInt8] {
        var json = JSONObject(reservingCapacity: text.utf8.count + 256)
        json.set("room", room.text)
        json.set("name", sender.name)
        json.set("guest", sender.isGuest)
        json.set("identity", sender.identity)
        json.set("text", text)
        json.set("sent_at_ms", sentAt.millisecondsSince1970)
        if let replyTo { json.set("reply_to", replyTo.rawValue) }
        if let key {
            json.set("key", key.text)
            json.set("digest", key.digest)
        }
        if let clientID { json.set("client_id", clientID) }
        json.set("may_make_room", mayMakeRoom)
        if knownDeletion > .zero { json.set("known_deletion", knownDeletion.rawValue) }
        return json.bytes()
    }

    /// What `entryJSON` gave. It was checked before it was proposed, by rules that may have changed since, so it is not
    /// checked again: every server must take it for the same.
    ///
    /// - Throws: `DecodingError`.
    public init(entryJSON json: some Collection<UInt8>) throws {
        let fields = try JSONDecoder().decode(Fields.self, from: Data(json))
        self.init(
            room: RoomName(stored: fields.room),
            sender: Sender(name: fields.name, isGuest: fields.guest, identity: fields.identity), text: fields.text,
            sentAt: Timestamp(millisecondsSince1970: fields.sentAt),
            replyTo: fields.replyTo.map(EntryID.init(rawValue:)),
            key: fields.key.map { IdempotencyKey(stored: $0, digest: fields.digest ?? 0) }, clientID: fields.clientID,
            mayMakeRoom: fields.mayMakeRoom, knownDeletion: EntryID(rawValue: fields.knownDeletion ?? 0))
    }
}
