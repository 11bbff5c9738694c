internal import Chat

/// A stream's beginning, until it has caught up.
final class Replay {
    /// The head when the stream was opened: up to here it replays.
    let through: EntryID
    /// Events sent so far.
    var count = 0
    /// What comes first, unless it has been sent. Made on the loop, since the Hub writes no JSON.
    var prelude: ((Subscriber.Lost?) -> [UInt8])?

    init(through: EntryID, prelude: @escaping (Subscriber.Lost?) -> [UInt8]) {
        self.through = through
        self.prelude = prelude
    }
}
