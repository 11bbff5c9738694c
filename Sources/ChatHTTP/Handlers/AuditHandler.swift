internal import Chat
internal import MicroHTTPD

/// `/rooms/{room}/audit` and `/audit`: what was done by those who look after a room, or the server, the latest first.
enum AuditHandler {
    static func get(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        let asker = try call.asker()
        let access = call.service.access(of: asker, to: room)
        guard access.mayRead else { throw Problem(.roomNotFound(room)) }
        guard access.mayOwn else { throw Problem(.notAllowed(reason: "only an owner of \(room) may see that")) }
        return try answer(call, about: room)
    }

    static func getServer(_ call: borrowing Call) throws(Problem) -> Answer {
        try call.requireAdmin()
        return try answer(call, about: nil)
    }

    private static func answer(_ call: borrowing Call, about room: RoomName?) throws(Problem) -> Answer {
        let limit = try call.number("limit", in: 1...500, standard: 100)
        let before = try call.id("before")
        let archive = call.service.archive
        return .reading(call.service) { head throws(ArchiveError) in
            let found = try archive.audit(of: room, before: before, limit: limit + 1, through: head)
            var json = JSONObject()
            json.set("audit", listOf: Array(found.prefix(limit)))
            json.set("has_more", found.count > limit)
            return .json(json.bytes())
        }
    }
}
