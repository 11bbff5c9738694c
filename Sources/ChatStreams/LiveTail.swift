internal import Chat
internal import DequeModule

/// The latest of what is told of one room only while it happens. A stream that missed some of it gets the state instead:
/// who is here. Who typed meanwhile is of no interest any more.
struct LiveTail: Sendable {
    /// Frames that are kept: more than happen while a stream that can be written to sleeps.
    static let limit = 16
    /// The number of a stream that was told nothing yet.
    static let unread = UInt32.max

    private var frames: Deque<LiveFrame> = []
    private var endNumber: UInt32 = 0
    private(set) var presence: LiveFrame

    /// - Parameter presence: as it was last told.
    init(presence: LiveFrame) {
        self.presence = presence
    }

    mutating func append(_ frame: LiveFrame) {
        if frame.isPresence { presence = frame }
        frames.append(frame)
        if frames.count > Self.limit { frames.removeFirst() }
        endNumber &+= 1
        if endNumber == Self.unread { endNumber = 0 }
    }

    /// Whether a stream that is as far as this has something to be told.
    func isAhead(of number: UInt32) -> Bool { number != endNumber }

    /// What a stream is to be told next; `nil` when it knows all.
    ///
    /// - Parameter number: how far it is; moved on.
    func next(_ number: inout UInt32, in format: StreamFormat) -> [UInt8]? {
        if number == endNumber { return nil }
        let behind = Int(endNumber) - Int(number)
        guard number != Self.unread, behind >= 1, behind <= frames.count else {
            number = endNumber
            return presence.state(in: format)
        }
        number += 1
        return frames[frames.count - behind].bytes(in: format)
    }
}
