import Chat

/// Of a log in which nothing was ever said.
struct EmptyArchive: Archive {
    func page(of rooms: [RoomName], after: EntryID, through: EntryID, byteLimit: Int) -> EventPage {
        EventPage(events: [], completeThrough: through)
    }

    func positionBefore(last count: Int, of rooms: [RoomName], through: EntryID) -> EntryID { through }

    func messages(in room: RoomName, _ window: HistoryWindow, through: EntryID) -> History {
        History(messages: [], hasMoreBefore: false, hasMoreAfter: false, end: through)
    }

    func message(_ id: EntryID, in room: RoomName) -> [UInt8]? { nil }

    func oldestEvent(in room: RoomName) -> EntryID? { nil }

    func reply(to id: EntryID, in room: RoomName, through: EntryID) -> [UInt8]? { nil }

    func rooms(before: EntryID?, limit: Int, through: EntryID) -> [RoomSummary] { [] }

    func room(_ name: RoomName, through: EntryID) -> RoomSummary? { nil }

    func audit(of room: RoomName?, before: EntryID?, limit: Int, through: EntryID) -> [[UInt8]] { [] }
}
