import Chat
import ChatStorage

/// A log's archive that keeps the log open while it reads, though the reader may be its last user.
struct HeldArchive: Archive {
    let owner: OpenLog
    private var archive: any Archive { owner.log.projection }

    func page(of rooms: [RoomName], after: EntryID, through: EntryID, byteLimit: Int) throws(ArchiveError) -> EventPage
    {
        defer { withExtendedLifetime(owner) {} }
        return try archive.page(of: rooms, after: after, through: through, byteLimit: byteLimit)
    }

    func positionBefore(last count: Int, of rooms: [RoomName], through: EntryID) throws(ArchiveError) -> EntryID {
        defer { withExtendedLifetime(owner) {} }
        return try archive.positionBefore(last: count, of: rooms, through: through)
    }

    func messages(in room: RoomName, _ window: HistoryWindow, through: EntryID) throws(ArchiveError) -> History {
        defer { withExtendedLifetime(owner) {} }
        return try archive.messages(in: room, window, through: through)
    }

    func message(_ id: EntryID, in room: RoomName) throws(ArchiveError) -> [UInt8]? {
        defer { withExtendedLifetime(owner) {} }
        return try archive.message(id, in: room)
    }

    func oldestEvent(in room: RoomName) throws(ArchiveError) -> EntryID? {
        defer { withExtendedLifetime(owner) {} }
        return try archive.oldestEvent(in: room)
    }

    func reply(to id: EntryID, in room: RoomName, through: EntryID) throws(ArchiveError) -> [UInt8]? {
        defer { withExtendedLifetime(owner) {} }
        return try archive.reply(to: id, in: room, through: through)
    }

    func rooms(before: EntryID?, limit: Int, through: EntryID) throws(ArchiveError) -> [RoomSummary] {
        defer { withExtendedLifetime(owner) {} }
        return try archive.rooms(before: before, limit: limit, through: through)
    }

    func room(_ name: RoomName, through: EntryID) throws(ArchiveError) -> RoomSummary? {
        defer { withExtendedLifetime(owner) {} }
        return try archive.room(name, through: through)
    }
    func audit(
        of room: RoomName?, before: EntryID?, limit: Int, through: EntryID
    ) throws(ArchiveError) -> [[UInt8]] {
        defer { withExtendedLifetime(owner) {} }
        return try archive.audit(of: room, before: before, limit: limit, through: through)
    }
}
