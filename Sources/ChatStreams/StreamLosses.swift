internal import Chat

/// What a stream's reader has lost: an object of its own, since thousands of streams never lose anything. Confined to its
/// loop.
final class StreamLosses {
    /// A bit for each room that the reader may read no more, or that was deleted, by its place among the stream's rooms.
    var rooms: UInt64 = 0
    /// And for each that the reader has lost and not been told of.
    var untold: UInt64 = 0
    /// How far retention has removed each room's events, as far as the reader knows.
    var knownExpiry: [RoomName: EntryID] = [:]
}
