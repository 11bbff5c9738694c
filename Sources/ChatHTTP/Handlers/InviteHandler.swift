internal import Chat
internal import ChatIdentity
internal import MicroHTTPD

/// `/invites`: links with which people make accounts, for admins to give out.
enum InviteHandler {
    private struct Body: JSONFields {
        var uses: Int?
        var days: Int?
        var role: Account.Role?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case uses, days, role
        }
    }

    private static let maximumUses = 10_000
    private static let maximumDays = 365

    static func list(_ call: borrowing Call) throws(Problem) -> Answer {
        try call.requireAdmin()
        let time = call.service.now()
        let invites = call.service.directory.look { $0.allInvites }
        var json = JSONObject()
        json.set("invites", listOf: invites.filter { $0.expiresAt > time }.map { object($0).bytes() })
        return .now(.json(json.bytes()))
    }

    static func post(_ call: borrowing Call) throws(Problem) -> Answer {
        let (_, id) = try call.signedInAccount()
        let body =
            try call.request.body.isEmpty
            ? Body() : JSONBody.decode(Body.self, from: call.request.body, like: #"{"uses": 5, "days": 7}"#)
        let (uses, days) = (body.uses ?? 1, body.days ?? 7)
        guard (1...maximumUses).contains(uses), (1...maximumDays).contains(days) else {
            throw Problem(422, "bad_invite", "\"uses\" is 1–\(maximumUses), and \"days\" 1–\(maximumDays).")
        }
        let secret = Secret.random(.invite)
        let service = call.service
        let expiry = service.now() + .days(days)
        return try service.perform(
            .createInvite(
                hash: secret.hash.description, role: body.role ?? .member, uses: uses, expiresAt: expiry),
            by: .account(id)
        ) { number in
            var json = service.directory.look { $0.invite(number.rawValue) }.map(object) ?? JSONObject()
            json.set("invite", secret.text)
            var response = Response.json(json.bytes())
            response.status = 201
            return response
        }
    }

    static func delete(_ call: borrowing Call) throws(Problem) -> Answer {
        let (_, id) = try call.signedInAccount()
        guard let number = Int64(call.captures[0]) else { throw Problem(.inviteNotFound) }
        return try call.service.perform(.endInvite(number), by: .account(id)) { _ in Response(status: 204) }
    }

    private static func object(_ invite: Invite) -> JSONObject {
        var json = JSONObject()
        json.set("id", invite.id)
        json.set("role", invite.role.rawValue)
        json.set("uses_left", Int64(invite.usesLeft))
        json.set("expires_at", invite.expiresAt)
        json.set("created_by", invite.createdBy)
        return json
    }
}
