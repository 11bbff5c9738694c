internal import Chat
internal import MicroHTTPD

/// `/rooms/{room}/mutes`: who may not write there for a time.
enum MuteHandler {
    private struct Body: JSONFields {
        var minutes: Int
        var why: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case minutes, why
        }
    }

    private static let maximumMinutes = 60 * 24 * 30

    static func list(_ call: borrowing Call) throws(Problem) -> Answer {
        let room = try call.room()
        let asker = try call.asker()
        try call.service.requireReadable(room, by: asker)
        guard call.service.access(of: asker, to: room).mayModerate else {
            throw Problem(.notAllowed(reason: "only a moderator of \(room) may see that"))
        }
        let time = call.service.now()
        var json = JSONObject()
        json.set(
            "mutes",
            listOf: call.service.directory.look { $0.mutes(of: room) }.filter { $0.until > time }.map { mute in
                var object = JSONObject()
                object.set("user", mute.name)
                object.set("until", mute.until)
                if let by = mute.by { object.set("by", by) }
                if let why = mute.why { object.set("why", why) }
                return object.bytes()
            })
        return .now(.json(json.bytes()))
    }

    static func put(_ call: borrowing Call) throws(Problem) -> Answer {
        let body = try JSONBody.decode(
            Body.self, from: call.request.body, like: #"{"minutes": 10, "why": "cool down"}"#)
        guard (1...maximumMinutes).contains(body.minutes) else {
            throw Problem(422, "bad_minutes", "\"minutes\" is 1–\(maximumMinutes).")
        }
        let why = try call.reason(body.why)
        return try set(call, until: { $0 + .seconds(body.minutes * 60) }, why: why)
    }

    static func delete(_ call: borrowing Call) throws(Problem) -> Answer {
        try set(call, until: { $0 }, why: try call.reason(call.target.argument("why")))
    }

    private static func set(
        _ call: borrowing Call, until: (Timestamp) -> Timestamp, why: String?
    ) throws(Problem) -> Answer {
        let room = try call.room()
        let (asker, id) = try call.account()
        try MemberHandler.require(.moderate, of: asker, in: room, call.service)
        let senders = try senders(named: call.captures[1], call)
        let end = until(call.service.now())
        let mutes = senders.map { sender in
            AccessAction.Work.mute(Mute(room: room, identity: sender.identity, name: sender.name, until: end))
        }
        return try call.service.perform(mutes, by: .account(id), why: why) { _ in Response(status: 204) }
    }

    /// Whoever is shown under that name without an account, and the account whose name it is but for case.
    ///
    /// Under an account's very name nobody else is looked for.
    private static func senders(named given: String, _ call: borrowing Call) throws(Problem) -> [Sender] {
        let sender = try Problem.converting { () throws(ChatError) in try Sender.guest(named: given) }
        guard let account = try? call.account(named: sender.name) else { return [sender] }
        return account.name == sender.name ? [account.sender] : [sender, account.sender]
    }
}
