internal import Chat

/// What one committed batch, or a change of who is here, means for one loop: applied as a whole before anyone there reads.
struct TailUpdate: Sendable {
    struct Room: Sendable {
        let room: RoomMirror
        /// To be appended, in order.
        var frames: [Frame] = []
        /// They take the place of those with their ids.
        var rewritten: [Frame] = []
        /// What is told only while it happens.
        var live: [LiveFrame] = []
        /// Frames up to this id are dropped, here as in the Hub's tail.
        var trimmedThrough: EntryID?
        /// Who listens, to be woken when there are frames.
        let subscribers: ContiguousArray<Subscriber>
    }

    var rooms: [Room]
    /// The published head.
    let head: EntryID
}
