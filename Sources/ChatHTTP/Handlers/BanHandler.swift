internal import Chat
internal import MicroHTTPD

/// `/bans`: addresses from which nobody may do anything, for admins.
enum BanHandler {
    private struct Body: JSONFields {
        var address: String
        var why: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case address, why
        }
    }

    static func list(_ call: borrowing Call) throws(Problem) -> Answer {
        try call.requireAdmin()
        let bans = call.service.directory.look { $0.allAddressBans }
        var json = JSONObject()
        json.set(
            "bans",
            listOf: bans.map { ban in
                var object = JSONObject()
                object.set("network", ban.network)
                object.set("banned_at", ban.bannedAt)
                object.set("by", ban.by)
                if let why = ban.why { object.set("why", why) }
                return object.bytes()
            })
        return .now(.json(json.bytes()))
    }

    static func post(_ call: borrowing Call) throws(Problem) -> Answer {
        let (_, id) = try call.signedInAccount()
        let body = try JSONBody.decode(
            Body.self, from: call.request.body, like: #"{"address": "203.0.113.7", "why": "spam"}"#)
        guard let address = IPAddress(body.address) else {
            throw Problem(422, "bad_address", "'\(body.address)' is not a numeric address.")
        }
        guard address.network != call.client.network else {
            throw Problem(.notAllowed(reason: "it is the address that you ask from"))
        }
        let why = try call.reason(body.why)
        return try call.service.perform(.banAddress(network: address.network.named), by: .account(id), why: why) { _ in
            Response(status: 204)
        }
    }

    static func delete(_ call: borrowing Call) throws(Problem) -> Answer {
        let (_, id) = try call.signedInAccount()
        return try call.service.perform(.unbanAddress(network: call.captures[0]), by: .account(id)) { _ in
            Response(status: 204)
        }
    }
}

extension IPAddress {
    /// As bans and limits count it: an address of IPv4, the /64 of one of IPv6.
    var named: String { isIPv4 ? description : "\(network.description)/64" }
}

extension ChatService {
    func refuseBanned(_ client: IPAddress) throws(Problem) {
        guard directory.hasRestrictions else { return }
        let isBanned = directory.look { $0.hasAddressBans && $0.isBanned(network: client.named) }
        if isBanned { throw Problem(403, "banned", "Nobody may use this server from this address.") }
    }
}
