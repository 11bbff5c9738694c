import Chat
import Foundation
import Testing

@testable import ChatHTTP

/// Every route and method, asked by everybody, of a private room: one row for each, so that a new route without one fails.
@Suite struct RouteAccessTests {
    /// Who asks, in the order of a row's numbers.
    enum Asker: String, CaseIterable {
        case guest, other, banned, member, moderator, owner, admin
        /// A cookie that has expired; a reader goes on as a guest.
        case expired
        /// A token of the owner for reading only, and one for another room.
        case readToken, otherToken
        /// Tokens of another login, with the room and without it.
        case jwtWith, jwtWithout
    }

    struct Row: Sendable {
        let method: String
        let route: String
        let target: String
        let body: String
        let statuses: [Int]

        init(_ method: String, _ route: String, _ target: String? = nil, _ body: String = "", answers statuses: [Int]) {
            self.method = method
            self.route = route
            self.target = target ?? route
            self.body = body
            self.statuses = statuses
        }
    }

    private static let everybody = Array(repeating: 200, count: Asker.allCases.count)

    // A token that may not do it is 403, since its owner may; and what changes something with a cookie that is over is 401.
    //                       guest other ban mem  mod  own  adm  exp  read oth  jwt+ jwt-
    private static let reads = [404, 404, 404, 200, 200, 200, 200, 404, 200, 404, 200, 404]
    private static let posts = [404, 404, 404, 201, 201, 201, 201, 401, 403, 404, 201, 404]
    private static let owns = [401, 404, 404, 403, 403, 204, 204, 401, 403, 404, 401, 401]
    private static let accounts = [401, 200, 200, 200, 200, 200, 200, 401, 403, 403, 401, 401]
    private static let admins = [401, 403, 403, 403, 403, 403, 200, 401, 403, 403, 401, 401]

    static let rows: [Row] = [
        Row("GET", "/healthz", answers: everybody),
        Row("GET", "/readyz", answers: everybody),
        Row("GET", "/metrics", answers: everybody),
        Row("GET", "/rooms", answers: everybody),
        Row("GET", "/rooms/{room}", "/rooms/secret", answers: reads),
        Row("POST", "/rooms/{room}", "/rooms/secret", #"{"text":"hi"}"#, answers: posts),
        Row(
            "PUT", "/rooms/{room}", "/rooms/secret", #"{"visibility":"private"}"#,
            answers: [401, 409, 409, 403, 403, 200, 200, 401, 403, 403, 401, 401]),
        // Somebody makes it anew for the next.
        Row("DELETE", "/rooms/{room}", "/rooms/secret-doomed", answers: owns),
        Row("GET", "/rooms/{room}/messages", "/rooms/secret/messages", answers: reads),
        Row("POST", "/rooms/{room}/messages", "/rooms/secret/messages", #"{"text":"hi"}"#, answers: posts),
        Row("GET", "/rooms/{room}/messages/{id}", "/rooms/secret/messages/FIRST", answers: reads),
        Row(
            "DELETE", "/rooms/{room}/messages/{id}", "/rooms/secret/messages/FIRST",
            answers: [401, 404, 404, 403, 204, 204, 204, 401, 403, 404, 401, 401]),
        Row("GET", "/rooms/{room}/events", "/rooms/secret/events", answers: reads),
        Row("GET", "/rooms/{room}/members", "/rooms/secret/members", answers: reads),
        Row(
            "PUT", "/rooms/{room}/members/{user}", "/rooms/secret/members/former", #"{"role":"member"}"#, answers: owns),
        // Somebody else puts them back for the next.
        Row(
            "DELETE", "/rooms/{room}/members/{user}", "/rooms/secret/members/joined",
            answers: owns.enumerated().map { $0 == 4 ? 204 : $1 }),
        Row(
            "GET", "/rooms/{room}/mutes", "/rooms/secret/mutes",
            answers: [404, 404, 404, 403, 200, 200, 200, 404, 403, 404, 403, 404]),
        Row(
            "PUT", "/rooms/{room}/mutes/{user}", "/rooms/secret/mutes/troll", #"{"minutes":1}"#,
            answers: [401, 404, 404, 403, 204, 204, 204, 401, 403, 404, 401, 401]),
        Row(
            "DELETE", "/rooms/{room}/mutes/{user}", "/rooms/secret/mutes/troll",
            answers: [401, 404, 404, 403, 204, 204, 204, 401, 403, 404, 401, 401]),
        Row(
            "GET", "/rooms/{room}/audit", "/rooms/secret/audit",
            answers: [404, 404, 404, 403, 403, 200, 200, 404, 403, 404, 403, 404]),
        Row("POST", "/rooms/{room}/typing", "/rooms/secret/typing", answers: posts.map { $0 == 201 ? 204 : $0 }),
        Row("GET", "/events", "/events?rooms=secret", answers: reads),
        Row("GET", "/session", answers: everybody),
        Row(
            "POST", "/session", "/session", #"{"user":"somebody"}"#,
            answers: everybody.enumerated().map { $0 == 7 ? 401 : $1 }),
        Row("DELETE", "/session", answers: everybody.enumerated().map { $0 == 7 ? 401 : 204 + $1 - 200 }),
        Row("GET", "/sessions", answers: accounts),
        Row("DELETE", "/sessions/{id}", "/sessions/none", answers: accounts.map { $0 == 200 ? 404 : $0 }),
        Row("GET", "/accounts", "/accounts", answers: [401, 403, 403, 403, 403, 403, 200, 401, 403, 403, 401, 401]),
        Row(
            "POST", "/accounts", "/accounts", #"{"user":"eve","password":"a long one"}"#,
            answers: Asker.allCases.map { $0 == .expired ? 401 : 403 }),
        Row(
            "PATCH", "/accounts/{user}", "/accounts/former", #"{"disabled":true}"#,
            answers: admins.map { $0 == 200 ? 204 : $0 }),
        Row("GET", "/tokens", answers: accounts),
        Row("POST", "/tokens", "/tokens", #"{"name":"bot"}"#, answers: accounts.map { $0 == 200 ? 201 : $0 }),
        Row("DELETE", "/tokens/{id}", "/tokens/1", answers: accounts.map { $0 == 200 ? 404 : $0 }),
        Row("GET", "/invites", "/invites", answers: admins),
        Row("POST", "/invites", "/invites", #"{"uses":1}"#, answers: admins.map { $0 == 200 ? 201 : $0 }),
        Row("DELETE", "/invites/{id}", "/invites/1", answers: admins.map { $0 == 200 ? 404 : $0 }),
        Row("GET", "/bans", "/bans", answers: admins),
        Row("POST", "/bans", "/bans", #"{"address":"192.0.2.1"}"#, answers: admins.map { $0 == 200 ? 204 : $0 }),
        Row("DELETE", "/bans/{network}", "/bans/192.0.2.9", answers: admins.map { $0 == 200 ? 404 : $0 }),
        Row("GET", "/audit", "/audit", answers: admins),
        Row("GET", "/**", "/nothing.html", answers: everybody.map { _ in 404 }),
    ]

    @Test func everyRoute_HasARow() {
        let asked = Set(Self.rows.map { "\($0.method) \($0.route)" })
        let there = Set(
            Routes.table.flatMap { route in
                route.methods.filter { !["HEAD", "OPTIONS"].contains($0) }.map { "\($0) \(route.path)" }
            })
        #expect(there.subtracting(asked) == [])
        #expect(asked.subtracting(there) == [])
    }

    @Test func everybody_IsAnsweredAsTheirRightsAre() throws {
        var settings = ChatService.Settings()
        settings.postRate = nil
        let company = try Company.whole(settings: settings)
        try company.addAccount("joined")
        let first = try #require(
            company.ask(company.token(of: "owner"), "POST", "/rooms/secret", #"{"text":"first"}"#).json["id"] as? Int)
        let people: [Asker: Company.Person] = [
            .guest: Company.guest, .other: try company.session(of: "other"), .banned: try company.session(of: "banned"),
            .member: try company.session(of: "member"), .moderator: try company.session(of: "moderator"),
            .owner: try company.session(of: "owner"), .admin: try company.session(of: "admin"),
            .expired: try company.session(of: "owner", seconds: -1),
            .readToken: try company.token(of: "owner", rights: [.read]),
            .otherToken: try company.token(of: "owner", rooms: ["hall"]),
            .jwtWith: try company.jwt("jo", rooms: ["secret"]), .jwtWithout: try company.jwt("jo", rooms: ["hall"]),
        ]
        for row in Self.rows {
            for (asker, status) in zip(Asker.allCases, row.statuses) {
                if row.target.hasSuffix("/joined") {
                    try company.act(
                        .setMember(RoomName(stored: "secret"), company.account("joined"), .member), by: .operator)
                }
                if row.target.hasSuffix("-doomed") { try company.makeSecret("secret-doomed") }
                var person = people[asker]!
                // What ends a session is done with another.
                if row.method == "DELETE" && row.route == "/session" && asker != .expired,
                    person.shows.first?.hasPrefix("Cookie") ?? false
                {
                    person = try company.session(of: person.name)
                }
                let answer = try Self.status(
                    company, person, row, target: row.target.replacing("FIRST", with: "\(first)"))
                #expect(answer == status, "\(asker): \(row.method) \(row.target)")
                // Whoever may not see a room is told the same as of one that is not there.
                if status == 404 && row.target.contains("secret") {
                    let there = try company.ask(person, row.method, row.target.replacing("FIRST", with: "1"), row.body)
                    #expect(there.code == "room_not_found", "\(asker): \(row.method) \(row.target)")
                }
            }
        }
    }

    private static func status(
        _ company: Company, _ person: Company.Person, _ row: Row, target: String
    ) throws -> Int {
        guard row.target.contains("/events") else {
            return try company.ask(person, row.method, target, row.body).status
        }
        return try TestStream(company.server, target, person.shows).head.status
    }
}
