internal import Chat
internal import ChatStreams
internal import MicroHTTPD

/// `/rooms` and `/rooms/{room}`: which rooms there are, what is known of one, what is decided about it, and its end.
enum RoomHandler {
    static func list(_ call: borrowing Call) throws(Problem) -> Answer {
        let limit = try call.number("limit", in: 1...500, standard: 100)
        let before = try call.id("before")
        let service = call.service
        let asker = try call.asker()
        return .reading(service) { head throws(ArchiveError) in
            // One more than is shown tells whether there are more.
            let found = try readable(by: asker, before: before, limit: limit + 1, through: head, service)
            let shown = Array(found.prefix(limit))
            let counts = service.hub.counts(of: shown.map(\.name))
            var json = JSONObject(reservingCapacity: 64 + shown.count * 128)
            json.set("rooms", listOf: shown.map { object($0, count: counts[$0.name] ?? 0, asker, service).bytes() })
            json.set("has_more", found.count > limit)
            return .json(json.bytes())
        }
    }

    /// Rooms that somebody may not read are passed over, and the list is as long for all that.
    private static func readable(
        by asker: Asker, before: EntryID?, limit: Int, through head: EntryID, _ service: ChatService
    ) throws(ArchiveError) -> [RoomSummary] {
        var rooms: [RoomSummary] = []
        var before = before
        let reader = ReaderAccess(asker, in: service.directory, now: service.now)
        while rooms.count < limit {
            let found = try service.archive.rooms(before: before, limit: limit, through: head)
            let names = Set(reader.readable(found.map(\.name)))
            // Of one that has been deleted since it was read it may not be told any more who may read it.
            let gone = service.directory.look { state in Set(found.filter { state.isGone($0.lastID, in: $0.name) }) }
            rooms += found.filter { names.contains($0.name) && !gone.contains($0) }.prefix(limit - rooms.count)
            guard found.count == limit, let last = found.last else { break }
            before = last.lastID
        }
        return rooms
    }

    /// A browser gets the web client opened at the room; everything else gets JSON.
    static func get(_ call: borrowing Call) throws(Problem) -> Answer {
        let preferences = AcceptHeader(call.request.header("Accept") ?? "")
        let isForPeople = preferences.quality(of: "text/html") > preferences.quality(of: "application/json")
        let room: RoomName
        do throws(Problem) {
            room = try call.room()
        } catch {
            return .now(varying(isForPeople ? BadLinkPage.response(for: error) : error.response))
        }
        if isForPeople { return .now(varying(try PageHandler.page(call))) }
        let service = call.service
        let asker = try call.asker()
        return .reading(service) { head throws(ArchiveError) in
            let room = try service.archive.room(room, through: head)
            guard let found = room, service.access(of: asker, to: found.name).mayRead,
                !service.directory.look({ $0.isGone(found.lastID, in: found.name) })
            else {
                return varying(
                    Problem(404, "room_not_found", "There is no such room that you may see; a first message makes one.")
                        .response)
            }
            var json = object(found, count: service.hub.counts(of: [found.name])[found.name] ?? 0, asker, service)
            if let oldest = found.oldestID { json.set("oldest_id", oldest.rawValue) }
            return varying(.json(json.bytes()))
        }
    }

    private struct Settings: JSONFields {
        var title: String?
        var topic: String?
        var visibility: RoomSettings.Visibility?
        var guests: RoomSettings.GuestAccess?
        var slowMode: Int?
        var why: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case title, topic, visibility, guests
            case slowMode = "slow_mode"
            case why
        }
    }

    /// `PUT /rooms/{room}`: decides about a room, and makes it if there is none. What is not given stays as it is.
    static func put(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        let (asker, id) = try call.account()
        let body = try JSONBody.decode(
            Settings.self, from: call.request.body,
            like: #"{"title": "…", "topic": "…", "visibility": "private", "guests": "read", "slow_mode": 10}"#)
        guard asker.hasRight(.moderate, in: room) else {
            throw Problem(.notAllowed(reason: "the token was not made for that"))
        }
        let service = call.service
        var change = RoomChange(room)
        if let title = body.title {
            change.title = try text(title, "title", limit: RoomSettings.maximumTitleLength)
        }
        if let topic = body.topic {
            change.topic = try text(topic, "topic", limit: RoomSettings.maximumTopicLength)
        }
        if let visibility = body.visibility { change.visibility = visibility }
        if let guests = body.guests { change.guests = guests }
        if let seconds = body.slowMode {
            guard (0...RoomSettings.maximumSlowModeSeconds).contains(seconds) else {
                throw Problem(
                    422, "bad_slow_mode", "\"slow_mode\" is 0–\(RoomSettings.maximumSlowModeSeconds) seconds.")
            }
            change.slowModeSeconds = seconds
        }
        let why = try call.reason(body.why)
        if let limit = service.settings.roomsPerAccount {
            let isFull = service.directory.look { $0.settings(of: room) == nil && $0.ownedRooms(of: id) >= limit }
            if isFull { throw Problem(.tooMany(what: "rooms of this account", limit: limit)) }
        }
        let mayMake = service.mayMakeRooms(asker)
        return try service.perform(.configureRoom(change, mayMake: mayMake), by: .account(id), why: why) { _ in
            var json = JSONObject()
            json.set("name", room.text)
            (service.directory.look { $0.settings(of: room) } ?? RoomSettings(room)).tell(in: &json)
            return .json(json.bytes())
        }
    }

    /// `DELETE /rooms/{room}`: takes it away, with all that is in it. By its owner, or an admin.
    static func delete(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        let (asker, id) = try call.account()
        try MemberHandler.require(.moderate, of: asker, in: room, call.service)
        let why = try call.reason(call.target.argument("why"))
        return try call.service.perform(.deleteRoom(room), by: .account(id), why: why) { _ in Response(status: 204) }
    }

    /// One line for people; empty for none.
    private static func text(_ given: String, _ field: String, limit: Int) throws(Problem) -> String {
        let size = given.unicodeScalars.count
        guard size <= limit else {
            throw Problem(
                422, "\(field)_too_long", "\"\(field)\" has \(size) characters, at most \(limit) are allowed."
            )
            .with(limit: limit, size: size)
        }
        guard given.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw Problem(422, "bad_\(field)", "\"\(field)\" has a control character or a line break.")
        }
        return given
    }

    private static func object(
        _ room: RoomSummary, count: Int, _ asker: Asker, _ service: ChatService
    ) -> JSONObject {
        var json = JSONObject()
        json.set("name", room.name.text)
        (service.directory.look { $0.settings(of: room.name) } ?? RoomSettings(room.name)).tell(in: &json)
        let access = service.access(of: asker, to: room.name)
        if let role = access.role { json.set("role", role.rawValue) }
        if !access.mayWrite { json.set("read_only", true) }
        if let until = access.mutedUntil { json.set("muted_until", until) }
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
