internal import Chat
internal import ChatStreams
internal import MicroHTTPD

/// `GET /rooms/{room}/messages`: a part of the room's history, oldest first; with `wait`, once there is any.
enum HistoryHandler {
    /// Seconds that a long poll may take: less than the 60 after which proxies give up.
    private static let waits = 0...45

    static func get(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        let window = try window(call)
        let service = call.service
        let asker = try call.stayingAsker()
        let wait = try call.number("wait", in: waits, standard: 0)
        let look: @Sendable (EntryID) throws(ArchiveError) -> (response: Response, isEmpty: Bool) = {
            head throws(ArchiveError) in
            guard try service.isToBeShown(room, to: asker, through: head) else {
                return (Problem(.roomNotFound(room)).response, false)
            }
            let history = try service.archive.messages(in: room, window, through: head)
            return (answer(history, epoch: service.hub.epoch, head: head), history.messages.isEmpty)
        }
        guard wait > 0 else {
            return .reading(room, by: asker, of: service) { head throws(ArchiveError) in try look(head).response }
        }
        try service.requireReadable(room, by: asker)
        guard case .after(let id, _) = window else {
            throw Problem(400, "bad_parameter", "wait goes with after: what is waited for comes after a place.")
        }
        try call.exchange.admitWait()
        return .later { suspended in
            LongPoll(seconds: wait, after: id).begin(
                in: room, by: asker, of: service, answering: WaitingAnswer(suspended, hub: service.hub), look: look)
        }
    }

    private static func window(_ call: borrowing Call) throws(Problem) -> HistoryWindow {
        let limit = try call.number("limit", in: 1...500, standard: 50)
        var windows: [HistoryWindow] = []
        if let id = try call.id("before") { windows.append(.before(id, limit: limit)) }
        if let id = try call.id("after") { windows.append(.after(id, limit: limit)) }
        if let id = try call.id("around") { windows.append(.around(id, limit: limit)) }
        guard windows.count < 2 else {
            throw Problem(400, "bad_parameter", "Of before, after and around only one can be given.")
        }
        return windows.first ?? .latest(limit: limit)
    }

    private static func answer(_ history: History, epoch: Epoch, head: EntryID) -> Response {
        var json = JSONObject(reservingCapacity: history.messages.reduce(128) { $0 + $1.count + 1 })
        json.set("messages", listOf: history.messages)
        json.set("has_more_before", history.hasMoreBefore)
        json.set("has_more_after", history.hasMoreAfter)
        // A stream asked to go on from here gets what these messages do not show, and only that.
        json.set("cursor", Cursor(epoch: epoch, id: history.hasMoreAfter ? history.end : head).description)
        return .json(json.bytes())
    }
}
