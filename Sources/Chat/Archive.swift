/// Questions about what the log holds. Every method reads the disk and may wait: never on a loop's thread or on the
/// Hub's queue. Any other thread may call them, several at a time.
///
/// `through` bounds every answer: the caller takes the published head first and is shown nothing beyond it.
public protocol Archive: Sendable {
    /// Events of `rooms` after `after` and up to `through`, in log order, until their JSON reaches `byteLimit`.
    ///
    /// At least one event is returned if there is any, however large it is. `RoomName.every` among `rooms` asks for all.
    func page(of rooms: [RoomName], after: EntryID, through: EntryID, byteLimit: Int) throws(ArchiveError) -> EventPage

    /// The position before the last `count` events of all `rooms` together; `through` itself when there are none.
    ///
    /// `RoomName.every` among `rooms` asks for all.
    func positionBefore(last count: Int, of rooms: [RoomName], through: EntryID) throws(ArchiveError) -> EntryID

    /// Messages of one room around a place, oldest first.
    func messages(in room: RoomName, _ window: HistoryWindow, through: EntryID) throws(ArchiveError) -> History

    /// One message as it is shown now; `nil` when the room has none of that id.
    func message(_ id: EntryID, in room: RoomName) throws(ArchiveError) -> [UInt8]?

    /// The oldest event kept of a room; `nil` when it has none.
    func oldestEvent(in room: RoomName) throws(ArchiveError) -> EntryID?

    /// The first message that answers another, as it is shown now; `nil` when nobody has replied.
    func reply(to id: EntryID, in room: RoomName, through: EntryID) throws(ArchiveError) -> [UInt8]?

    /// Rooms by their last event, the newest first, at most `limit`; with `before` those whose last event is older than
    /// that. A room without an event is in none.
    func rooms(before: EntryID?, limit: Int, through: EntryID) throws(ArchiveError) -> [RoomSummary]

    /// One room; `nil` when there is none of that name, or none with an event.
    func room(_ name: RoomName, through: EntryID) throws(ArchiveError) -> RoomSummary?

    /// What was done by those who look after a room, or with `nil` after the server: JSON objects, the latest first, at most
    /// `limit`; with `before` those whose id is lower.
    func audit(of room: RoomName?, before: EntryID?, limit: Int, through: EntryID) throws(ArchiveError) -> [[UInt8]]
}

/// A run of events, complete over a range of ids.
public struct EventPage: Sendable {
    public let events: [RoomEvent]
    /// Every event of the asked rooms up to and including this id is in the page or was before it.
    public let completeThrough: EntryID
    /// The asked rooms of which retention has removed an event after the page's `after`. Empty as a rule. Of
    /// `RoomName.every`, the `expiredRoomLimit` rooms that lost the newest events.
    public let expired: [RoomName: RemovedEvents]

    public static let expiredRoomLimit = 50

    public init(events: [RoomEvent], completeThrough: EntryID, expired: [RoomName: RemovedEvents] = [:]) {
        self.events = events
        self.completeThrough = completeThrough
        self.expired = expired
    }
}

/// How far retention has removed a room's events.
public struct RemovedEvents: Hashable, Sendable {
    /// The last event that was removed.
    public let through: EntryID
    /// The oldest that is kept, and can be shown; `nil` when there is none.
    public let oldest: EntryID?

    public init(through: EntryID, oldest: EntryID?) {
        self.through = through
        self.oldest = oldest
    }
}

/// A room as a list of rooms shows it.
public struct RoomSummary: Hashable, Sendable {
    public let name: RoomName
    /// Its last event, kept or removed by retention.
    public let lastID: EntryID
    /// When that was sent; `nil` when it has been removed.
    public let lastAt: Timestamp?
    /// The oldest event that is kept; `nil` when there is none.
    public let oldestID: EntryID?

    public init(name: RoomName, lastID: EntryID, lastAt: Timestamp?, oldestID: EntryID?) {
        self.name = name
        self.lastID = lastID
        self.lastAt = lastAt
        self.oldestID = oldestID
    }
}

/// Which part of a room's history is asked for; `limit` is 1–500.
public enum HistoryWindow: Hashable, Sendable {
    case latest(limit: Int)
    case before(EntryID, limit: Int)
    case after(EntryID, limit: Int)
    case around(EntryID, limit: Int)
}

/// A part of a room's history.
public struct History: Sendable {
    /// Messages as JSON objects, oldest first.
    public let messages: [[UInt8]]
    public let hasMoreBefore: Bool
    public let hasMoreAfter: Bool
    /// Where a stream goes on after these messages: the last one's id, or the place that was asked for when there are none.
    public let end: EntryID

    public init(messages: [[UInt8]], hasMoreBefore: Bool, hasMoreAfter: Bool, end: EntryID) {
        self.messages = messages
        self.hasMoreBefore = hasMoreBefore
        self.hasMoreAfter = hasMoreAfter
        self.end = end
    }
}

/// The stored log cannot be read. `reason` is for an operator, in words.
public struct ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    public let reason: String

    public init(reason: String) {
        self.reason = reason
    }

    public var description: String { reason }
}
