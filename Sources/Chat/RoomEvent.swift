/// A durable event of one room as it is shown now: what streams carry and pages hold.
public struct RoomEvent: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case message
        /// What was decided about the room.
        case room
        /// A message's text is gone.
        case delete
        /// The room that had the name before is no more: the first event under the name from then on, and none of the new room's.
        case deletion = "room_deletion"
    }

    public let id: EntryID
    public let room: RoomName
    public let kind: Kind
    /// The event's data: one JSON object on one line.
    public let json: [UInt8]
    /// The message that a message replies to, where that is known without reading `json`: of one just committed.
    public let replyTo: EntryID?

    public init(id: EntryID, room: RoomName, kind: Kind, json: [UInt8], replyTo: EntryID? = nil) {
        self.id = id
        self.room = room
        self.kind = kind
        self.json = json
        self.replyTo = replyTo
    }
}
