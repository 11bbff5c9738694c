public import Chat

/// What a client asked for when it opened a stream, checked.
public struct StreamOpening: Sendable {
    /// Where a stream begins.
    public enum Start: Hashable, Sendable {
        /// With what comes next.
        case head
        /// Behind an event of this log that the reader has seen.
        case resume(after: EntryID)
        /// With the newest events: behind this position.
        case replay(after: EntryID)
        /// The reader's position is of another log: each room's gap is told, then what is behind `position` follows, or
        /// what comes next when there is none.
        case gap(GapReason, oldest: [RoomName: EntryID], after: EntryID?)

        var position: EntryID? {
            switch self {
            case .head: nil
            case .resume(let id), .replay(let id): id
            case .gap(_, _, let id): id
            }
        }
    }

    /// What a stream has to do with who is in its rooms.
    public enum Attendance: Sendable {
        /// Its person is listed, and it is told of others.
        case listed
        /// It is told of others.
        case unlisted
        /// It is told nothing that only happens live.
        case unaware
    }

    public let rooms: [RoomName]
    public let start: Start
    public let attendance: Attendance
    public let format: StreamFormat
    public let loop: LoopStreams
    /// Streams that are best woken together have the same: those of one daemon.
    public let group: Int
    /// 5–45.
    public let heartbeatSeconds: Int
    public let user: String
    public let isGuest: Bool
    /// Name and version, as `welcome` shows it.
    public let server: String
    /// What the reader may read. `rooms` are such as they may.
    public let access: ReaderAccess
    /// Of `access`, from before `rooms` were looked at.
    public let accessGeneration: UInt64
    /// Rooms that were asked for, and are not the reader's to read.
    public let refused: [RoomName]

    public init(
        rooms: [RoomName], start: Start, attendance: Attendance, format: StreamFormat, loop: LoopStreams, group: Int,
        heartbeatSeconds: Int, user: String, isGuest: Bool, server: String, access: ReaderAccess,
        accessGeneration: UInt64,
        refused: [RoomName] = []
    ) {
        self.rooms = rooms
        self.start = start
        self.attendance = attendance
        self.format = format
        self.loop = loop
        self.group = group
        self.heartbeatSeconds = heartbeatSeconds
        self.user = user
        self.isGuest = isGuest
        self.server = server
        self.access = access
        self.accessGeneration = accessGeneration
        self.refused = refused
    }

    /// What the stream says before the first event: reconnection time, welcome, gaps.
    ///
    /// - Parameter expired: the rooms that have lost events after the position that was asked for, and the position before
    ///   the first event that is replayed in their stead.
    func prelude(position: Cursor, expired: Subscriber.Lost?) -> [UInt8] {
        var gaps: [UInt8] = []
        var resumed = false
        var position = position
        switch start {
        case .gap(let reason, let oldest, _):
            gaps = ControlEvent.gaps(rooms.map { ($0, oldest[$0]) }, reason, position: position, in: format)
        case .resume:
            resumed = true
            if let expired {
                gaps = ControlEvent.gaps(expired.rooms, position: expired.start, in: format)
                position = expired.start
            }
        case .head, .replay: break
        }
        return ControlEvent.retry(in: format)
            + ControlEvent.welcome(to: self, position: position, resumed: resumed, gapFollows: !gaps.isEmpty)
            .bytes(in: format)
            + gaps
    }

    /// The whole of a stream that cannot be served yet, and is to be asked for again.
    public static func askAgain(in format: StreamFormat) -> [UInt8] {
        ControlEvent.retry(in: format)
    }
}
