internal import Chat
internal import ChatStreams
internal import MicroHTTPD

/// `GET /rooms` and `GET /rooms/{room}`: which rooms there are, and what is known of one.
enum RoomHandler {
    static func list(_ call: borrowing Call) throws(Problem) -> Answer {
        let limit = try call.number("limit", in: 1...500, standard: 100)
        let before = try call.id("before")
        let service = call.service
        return .reading(service) { head throws(ArchiveError) in
            // One more than is shown tells whether there are more.
            let found = try service.archive.rooms(before: before, limit: limit + 1, through: head)
            let shown = Array(found.prefix(limit))
            let counts = service.hub.counts(of: shown.map(\.name))
            var json = JSONObject(reservingCapacity: 64 + shown.count * 128)
            json.set("rooms", listOf: shown.map { object($0, count: counts[$0.name] ?? 0).bytes() })
            json.set("has_more", found.count > limit)
            return .json(json.bytes())
        }
    }

    /// A browser gets the web client opened at the room; everything else gets JSON.
    static func get(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        let preferences = AcceptHeader(call.request.header("Accept") ?? "")
        if preferences.quality(of: "text/html") > preferences.quality(of: "application/json") {
            return .now(varying(try PageHandler.page(call)))
        }
        let service = call.service
        return .reading(service) { head throws(ArchiveError) in
            guard let found = try service.archive.room(room, through: head) else {
                return varying(
                    Problem(404, "room_not_found", "There is no room '\(room)' yet; its first message makes it.")
                        .response)
            }
            var json = object(found, count: service.hub.counts(of: [room])[room] ?? 0)
            if let oldest = found.oldestID { json.set("oldest_id", oldest.rawValue) }
            return varying(.json(json.bytes()))
        }
    }

    /// `GET /rooms/{room}/members`: who is here. Everyone is a guest so far, so nobody is a member.
    static func members(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        let hub = call.service.hub
        return .reading(call.service) { _ throws(ArchiveError) in
            let people = hub.people(in: room)
            var json = JSONObject()
            json.set("members", listOf: [])
            // Sorted here: thousands of names would hold up the Hub's queue, or a loop.
            json.set("guests", people.filter(\.isGuest).map(\.name).sorted())
            json.set("count", Int64(people.count))
            return .json(json.bytes())
        }
    }

    private static func object(_ room: RoomSummary, count: Int) -> JSONObject {
        var json = JSONObject()
        json.set("name", room.name.text)
        json.set("visibility", "public")
        json.set("last_id", room.lastID.rawValue)
        if let lastAt = room.lastAt { json.set("last_at", lastAt) }
        json.set("count", Int64(count))
        return json
    }

    /// The same address has two answers.
    private static func varying(_ response: Response) -> Response {
        var response = response
        response.headers.append(Header("Vary", "Accept"))
        return response
    }
}
