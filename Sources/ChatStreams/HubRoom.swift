internal import Chat

/// One room as the Hub holds it: what was said lately, who listens on which loop, and who is here. Confined to the Hub's
/// queue.
final class HubRoom {
    /// The room's listeners on one loop, and that loop's copy of the room.
    struct Audience {
        let mirror: RoomMirror
        /// The mirror alone, for all streams that listen to nothing else.
        let mirrors: [RoomMirror]
        var subscribers: ContiguousArray<Subscriber> = []

        init(mirror: RoomMirror, mirrors: [RoomMirror]) {
            self.mirror = mirror
            self.mirrors = mirrors
        }

        init(mirrorOf room: HubRoom) {
            mirror = RoomMirror(name: room.name, tail: room.tail, presence: room.presenceFrame)
            mirrors = [mirror]
        }
    }

    let name: RoomName
    var tail: RoomTail
    var audiences: [Int: Audience] = [:]
    var presence: Presence
    /// As it was last told.
    var presenceFrame: LiveFrame
    /// When the next look at who has come and gone comes, as far as one is on its way.
    var nextAnnouncement: Int64?
    var typists = Typists()

    init(name: RoomName, head: EntryID, presence limits: Presence.Limits) {
        self.name = name
        tail = RoomTail(completeAfter: head)
        presence = Presence(limits: limits)
        presenceFrame = LiveFrame(name, .presence(Presence.Change()))
    }
}
