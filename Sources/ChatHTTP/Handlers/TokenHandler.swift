internal import Chat
internal import ChatIdentity
internal import MicroHTTPD

/// `/tokens`: an account's credentials for scripts and bots. A token's secret is shown once.
enum TokenHandler {
    private struct Body: JSONFields {
        var name: String?
        var rights: [Scopes.Right]?
        var rooms: [String]?
        /// Days from now.
        var days: Int?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case name, rights, rooms, days
        }
    }

    private static let example = #"{"name": "deploy bot", "rights": ["read", "write"], "rooms": ["ops"], "days": 90}"#
    private static let maximumRooms = 100
    private static let maximumNameLength = 80
    private static let maximumDays = 3650

    static func list(_ call: borrowing Call) throws(Problem) -> Answer {
        let (_, id) = try call.signedInAccount()
        let tokens = call.service.directory.look { $0.tokens(of: id) }
        var json = JSONObject()
        json.set("tokens", listOf: tokens.map { object($0).bytes() })
        return .now(.json(json.bytes()))
    }

    static func post(_ call: borrowing Call) throws(Problem) -> Answer {
        let (_, id) = try call.signedInAccount()
        let body = try JSONBody.decode(Body.self, from: call.request.body, like: example)
        let name = body.name ?? "token"
        guard (1...maximumNameLength).contains(name.unicodeScalars.count),
            name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw Problem(
                422, "bad_name", "\"name\" is 1–\(maximumNameLength) characters, none of them a control character.")
        }
        let rights = body.rights ?? [.read, .write]
        guard !rights.isEmpty else {
            throw Problem(422, "no_rights", "\"rights\" is empty: such a token could do nothing.")
        }
        var rooms: [RoomName]?
        if let names = body.rooms {
            guard (1...maximumRooms).contains(names.count) else {
                throw Problem(
                    422, "bad_rooms", "\"rooms\" names 1–\(maximumRooms) rooms; without it a token is for all.")
            }
            rooms = []
            for name in names {
                rooms?.append(try Problem.converting { () throws(ChatError) in try RoomName(name) })
            }
        }
        var expiry: Timestamp?
        if let days = body.days {
            guard (1...maximumDays).contains(days) else {
                throw Problem(422, "bad_days", "\"days\" is 1–\(maximumDays); without it a token has no end.")
            }
            expiry = call.service.now() + .days(days)
        }
        let secret = Secret.random(.token)
        let scopes = Scopes(rights: rights, rooms: rooms)
        let service = call.service
        return try service.perform(
            .createToken(
                hash: secret.hash.description, account: id, name: name, scopes: scopes, expiresAt: expiry),
            by: .account(id)
        ) { number in
            var json = service.directory.look { $0.token(number.rawValue) }.map(object) ?? JSONObject()
            json.set("token", secret.text)
            var response = Response.json(json.bytes())
            response.status = 201
            return response
        }
    }

    static func delete(_ call: borrowing Call) throws(Problem) -> Answer {
        let (_, id) = try call.signedInAccount()
        guard let number = Int64(call.captures[0]) else { throw Problem(.tokenNotFound) }
        return try call.service.perform(.endToken(number), by: .account(id)) { _ in Response(status: 204) }
    }

    private static func object(_ token: AccessToken) -> JSONObject {
        var json = JSONObject()
        json.set("id", token.id)
        json.set("name", token.name)
        json.set("rights", token.scopes.rights.map(\.rawValue))
        if let rooms = token.scopes.rooms { json.set("rooms", rooms.map(\.text)) }
        json.set("created_at", token.createdAt)
        if let expiresAt = token.expiresAt { json.set("expires_at", expiresAt) }
        if let lastUsedAt = token.lastUsedAt { json.set("last_used_at", lastUsedAt) }
        return json
    }
}
