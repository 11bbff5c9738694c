/// Where a stream stands in one room.
struct RoomPlace {
    /// In the tail: the number of the next frame to look at.
    var next = 0
    /// The same, in what is told live.
    var nextLive = LiveTail.unread
}
