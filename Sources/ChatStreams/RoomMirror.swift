internal import Chat

/// One loop's mirror of a room: a copy of its tails, kept up by what the Hub posts. The frames themselves are shared.
///
/// The Hub makes it and names it in its posts; it is read and changed on its loop only, after the first of them.
final class RoomMirror: @unchecked Sendable {
    // Unchecked: confined to its loop's thread. So is exclusive access: each delivery looks here several times, never from
    // within a change, and the checks at run time took a twelfth of its instructions (callgrind).
    let name: RoomName
    /// It stands for all rooms.
    let isEvery: Bool
    @exclusivity(unchecked) var tail: RoomTail
    @exclusivity(unchecked) var live: LiveTail

    init(name: RoomName, tail: RoomTail, presence: LiveFrame) {
        self.name = name
        isEvery = name == .every
        self.tail = tail
        live = LiveTail(presence: presence)
    }
}
