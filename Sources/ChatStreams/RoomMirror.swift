internal import Chat

/// One loop's mirror of a room: a copy of its tails, kept up by what the Hub posts. The frames themselves are shared.
///
/// The Hub makes it and names it in its posts; it is read and changed on its loop only, after the first of them.
final class RoomMirror: @unchecked Sendable {
    // Unchecked: confined to its loop's thread.
    let name: RoomName
    var tail: RoomTail
    var live: LiveTail

    init(name: RoomName, tail: RoomTail, presence: LiveFrame) {
        self.name = name
        self.tail = tail
        live = LiveTail(presence: presence)
    }
}
