internal import Chat
internal import ChatStreams
internal import MicroHTTPD

/// `/rooms/{room}/members`: who is here, and who is what in the room.
enum MemberHandler {
    private struct Body: JSONFields {
        var role: RoomRole
        var why: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case role, why
        }
    }

    static func list(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        let asker = try call.asker()
        let service = call.service
        return .reading(room, by: asker, of: service) { _ throws(ArchiveError) in
            let people = service.hub.people(in: room)
            let access = service.access(of: asker, to: room)
            let online = Set(people.filter { !$0.isGuest }.map(\.name))
            // Who is banned is for those who look after the room.
            let members = service.directory.look { $0.members(of: room) }
                .filter { access.mayModerate || $0.role != .banned }
            let named = Set(members.map(\.account.name))
            // An account without a role is here, too, while it listens.
            let visitors = online.subtracting(named).sorted()
            var json = JSONObject()
            json.set(
                "members",
                listOf: members.map { member in
                    var object = JSONObject()
                    object.set("user", member.account.name)
                    object.set("role", member.role.rawValue)
                    object.set("online", online.contains(member.account.name))
                    return object.bytes()
                }
                    + visitors.map { name in
                        var object = JSONObject()
                        object.set("user", name)
                        object.set("online", true)
                        return object.bytes()
                    })
            // Sorted here: thousands of names would hold up the Hub's queue, or a loop.
            json.set("guests", people.filter(\.isGuest).map(\.name).sorted())
            json.set("count", Int64(people.count))
            return .json(json.bytes())
        }
    }

    static func put(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        let (asker, id) = try call.account()
        try require(.moderate, of: asker, in: room, call.service)
        let body = try JSONBody.decode(Body.self, from: call.request.body, like: #"{"role": "member"}"#)
        let account = try call.account(named: call.captures[1])
        let why = try call.reason(body.why)
        return try call.service.perform(.setMember(room, account.id, body.role), by: .account(id), why: why) { _ in
            Response(status: 204)
        }
    }

    static func delete(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        let (asker, id) = try call.account()
        try require(.moderate, of: asker, in: room, call.service)
        let account = try call.account(named: call.captures[1])
        let why = try call.reason(call.target.argument("why"))
        return try call.service.perform(.setMember(room, account.id, nil), by: .account(id), why: why) { _ in
            Response(status: 204)
        }
    }

    /// A token must have been made for it; and what cannot be read cannot be moderated.
    static func require(
        _ right: Scopes.Right, of asker: Asker, in room: RoomName, _ service: ChatService
    ) throws(Problem) {
        try service.requireReadable(room, by: asker)
        guard asker.hasRight(right, in: room) else {
            throw Problem(.notAllowed(reason: "the token was not made for that"))
        }
    }
}
