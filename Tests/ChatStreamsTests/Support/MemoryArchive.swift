import Chat
import Synchronization

/// A log's events in an array, and the questions about them answered by looking at each.
final class MemoryArchive: Archive {
    struct PageRequest: Hashable {
        let rooms: [RoomName]
        let after: EntryID
        let through: EntryID
    }

    private struct State {
        var events: [RoomEvent] = []
        var requests: [PageRequest] = []
        var failure: ArchiveError?
        var expiredThrough: [RoomName: EntryID] = [:]
        var afterNextPage: (@Sendable () -> Void)?
    }

    private let pageBytes: Int
    private let state = Mutex(State())

    /// - Parameter pageBytes: pages end at this size, if that is less than what is asked for.
    init(pageBytes: Int = .max) {
        self.pageBytes = pageBytes
    }

    /// Every page that was asked for.
    var requests: [PageRequest] { state.withLock { $0.requests } }

    func append(_ events: [RoomEvent]) {
        state.withLock { $0.events += events }
    }

    /// Has an event that is there show something else.
    func replace(_ event: RoomEvent) {
        state.withLock { state in
            state.events[state.events.firstIndex { $0.id == event.id }!] = event
        }
    }

    /// Removes a room's events up to an id, as retention does.
    func expire(_ name: String, through id: EntryID) {
        let room = RoomName(stored: name)
        state.withLock { state in
            state.expiredThrough[room] = id
            state.events.removeAll { $0.room == room && $0.id <= id }
        }
    }

    /// Does `work` once, when the next page has been read and before it is given to who asked.
    func afterNextPage(_ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.afterNextPage = work }
    }

    /// Removes all that a room has, and keeps the event that tells of it.
    func delete(_ deletion: RoomEvent) {
        state.withLock { state in
            state.events.removeAll { $0.room == deletion.room }
            state.events.append(deletion)
        }
    }

    /// Every question from now on fails.
    func fail(_ error: ArchiveError) {
        state.withLock { $0.failure = error }
    }

    func events(of rooms: [RoomName], after: EntryID = .zero, through: EntryID) throws(ArchiveError) -> [RoomEvent] {
        let (events, failure) = state.withLock { ($0.events, $0.failure) }
        if let failure { throw failure }
        return events.filter { (rooms == [.every] || rooms.contains($0.room)) && $0.id > after && $0.id <= through }
    }

    func page(of rooms: [RoomName], after: EntryID, through: EntryID, byteLimit: Int) throws(ArchiveError) -> EventPage
    {
        state.withLock { $0.requests.append(PageRequest(rooms: rooms, after: after, through: through)) }
        defer { state.withLock { $0.afterNextPage.take() }?() }
        var page: [RoomEvent] = []
        var bytes = 0
        var expired: [RoomName: RemovedEvents] = [:]
        for (room, last) in state.withLock({ $0.expiredThrough }) where rooms.contains(room) && last > after {
            expired[room] = RemovedEvents(
                through: last, oldest: try events(of: [room], through: through).first?.id)
        }
        for event in try events(of: rooms, after: after, through: through) {
            page.append(event)
            bytes += event.json.count
            if bytes >= min(byteLimit, pageBytes) {
                return EventPage(events: page, completeThrough: event.id, expired: expired)
            }
        }
        return EventPage(events: page, completeThrough: max(after, through), expired: expired)
    }

    func positionBefore(last count: Int, of rooms: [RoomName], through: EntryID) throws(ArchiveError) -> EntryID {
        let last = try events(of: rooms, through: through).suffix(count)
        return last.first.map { EntryID(rawValue: $0.id.rawValue - 1) } ?? through
    }

    func messages(in room: RoomName, _ window: HistoryWindow, through: EntryID) throws(ArchiveError) -> History {
        preconditionFailure("streams do not ask for history")
    }

    func message(_ id: EntryID, in room: RoomName) throws(ArchiveError) -> [UInt8]? {
        try events(of: [room], through: id).last { $0.id == id }?.json
    }

    func oldestEvent(in room: RoomName) throws(ArchiveError) -> EntryID? {
        try events(of: [room], through: EntryID(rawValue: .max)).first?.id
    }

    func reply(to id: EntryID, in room: RoomName, through: EntryID) throws(ArchiveError) -> [UInt8]? {
        preconditionFailure("streams do not ask for replies")
    }

    func rooms(before: EntryID?, limit: Int, through: EntryID) throws(ArchiveError) -> [RoomSummary] {
        preconditionFailure("streams do not ask for lists of rooms")
    }

    func room(_ name: RoomName, through: EntryID) throws(ArchiveError) -> RoomSummary? {
        preconditionFailure("streams do not ask for a room")
    }
    func audit(
        of room: RoomName?, before: EntryID?, limit: Int, through: EntryID
    ) throws(ArchiveError) -> [[UInt8]] {
        preconditionFailure("streams do not ask what was done")
    }
}
