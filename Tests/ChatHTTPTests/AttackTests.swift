import Chat
import ChatHTTP
import ChatStreams
import Foundation
import Testing

/// What somebody tries who wants more than is theirs.
@Suite struct AttackTests {
    private let sameOrigin = "Sec-Fetch-Site: same-origin"

    private func signIn(_ company: Company, _ user: String, _ headers: String...) throws -> TestAnswer {
        try company.server.send(
            TestRequest(
                "POST", "/session", headers: ["Content-Type: application/json"] + headers,
                body: #"{"user":"\#(user)","password":"\#(Company.password)"}"#))
    }

    private func cookie(_ answer: TestAnswer) throws -> String {
        let set = try #require(answer["Set-Cookie"])
        return "Cookie: \(set.prefix { $0 != ";" })"
    }

    private func expectNoHeader(_ ending: String, by company: Company) throws {
        let (owner, value) = (try company.session(of: "owner"), "hall" + ending)
        let path = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
        func json(_ fields: [String: Any]) throws -> String {
            String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
        }
        var answers: [TestAnswer] = []
        for (method, target, fields) in [
            ("GET", "/rooms/\(path)", nil), ("POST", "/rooms/\(path)", ["text": "hi"]),
            ("GET", "/events?rooms=\(path)", nil),
            ("GET", "/session?user=\(path)", nil), ("POST", "/rooms/hall?user=\(path)", ["text": "hi"]),
            ("POST", "/rooms/hall", ["text": value]), ("POST", "/rooms/hall", ["text": "hi", "client_id": value]),
            ("POST", "/session", ["user": value]), ("POST", "/session", ["user": value, "password": value]),
            ("PUT", "/rooms/\(path)", ["title": "t"]), ("PUT", "/rooms/hall", ["title": value]),
            ("PUT", "/rooms/hall", ["topic": value]), ("PUT", "/rooms/hall", ["title": "t", "why": value]),
            ("PUT", "/rooms/hall/members/\(path)", ["role": "member"]),
            ("PUT", "/rooms/hall/members/other", ["role": "member", "why": value]),
            ("PUT", "/rooms/hall/mutes/\(path)", ["minutes": 1]),
            ("PUT", "/rooms/hall/mutes/gus", ["minutes": 1, "why": value]),
            ("POST", "/tokens", ["name": value]), ("POST", "/tokens", ["rooms": [value]]),
            ("DELETE", "/tokens/\(path)", nil), ("DELETE", "/sessions/\(path)", nil), ("DELETE", "/bans/\(path)", nil),
            ("GET", "/\(path)", nil), ("GET", "/rooms/hall/messages/\(path)", nil),
            ("GET", "/rooms/hall/messages?after=\(path)", nil), ("GET", "/rooms/hall/messages?await=\(path)", nil),
        ] as [(String, String, [String: Any]?)] {
            let body = try fields.map(json) ?? ""
            for person in [owner, Company.guest] { answers.append(try company.ask(person, method, target, body)) }
        }
        // In a header's value only what a header may hold arrives at all.
        for header in ["Idempotency-Key", "Cookie", "Origin", "Authorization", "User-Agent", "Last-Event-ID", "Accept"]
        {
            for value in ["k\(ending)", "roomcast=\(ending)", "Bearer \(ending)"] {
                let connection = try company.server.connect()
                try connection.send(
                    .json(#"{"text":"hi"}"#, to: "/rooms/hall", "\(header): \(value)", "Connection: close"))
                answers.append(try connection.answer(to: "POST"))
            }
        }
        for answer in answers {
            #expect((200..<500).contains(answer.status))
            let made = answer.headers.filter { $0.name.contains("X-Made") || $0.value.contains("X-Made") }
            #expect(made.isEmpty, "\(answer)")
        }
    }

    // MARK: What lasts

    @Test func newPassword_EndsWhatTheOldOneOpened() throws {
        let company = try Company.whole()
        let stream = try TestStream(company.server, "/rooms/secret/events", company.password(of: "member").shows)
        _ = try stream.blocks(3)
        let change = #"{"password":"another one","old_password":"\#(Company.password)"}"#
        #expect(try company.ask(company.session(of: "member"), "PATCH", "/accounts/member", change).status == 204)
        #expect(try stream.rest().contains("event: goodbye\ndata: {\"reason\":\"revoked\""))
        #expect(try company.ask(company.password(of: "member"), "GET", "/rooms").status == 401)
    }

    @Test func bannedAddress_LosesItsStreamsAndWaits() throws {
        let company = try Company.whole()
        let people = [Company.guest, try company.session(of: "member"), try company.jwt("jo", rooms: ["hall"])]
        let streams = try people.flatMap { person in
            try ["/rooms/hall/events", "/events?rooms=*"].map {
                try TestStream(company.server, $0, person.shows)
            }
        }
        for stream in streams { _ = try stream.blocks(3) }
        let waiting = try company.server.connect()
        try waiting.send(TestRequest("GET", "/rooms/hall/messages?after=0&wait=20"))
        try waitUntil("it waits") { company.server.hub.census().watches == 1 }
        try company.act(.banAddress(network: "127.0.0.1"))
        for stream in streams {
            #expect(try stream.rest().contains("event: goodbye\ndata: {\"reason\":\"revoked\""))
        }
        for person in people {
            #expect(try company.ask(person, "GET", "/rooms").code == "banned")
            #expect(try company.ask(person, "POST", "/rooms/hall", #"{"text":"hi"}"#).code == "banned")
        }
        let hall = RoomName(stored: "hall")
        let post = try Post(
            room: hall, sender: .account(company.account("owner"), named: "owner"), text: "hi", sentAt: TestServer.time)
        company.server.log.append(post) { _ in }
        #expect(try waiting.answer().code == "room_not_found")
    }

    @Test func mute_HoldsWhoeverGoesByTheName() throws {
        let company = try Company.whole()
        let owner = try company.session(of: "owner")
        let cookie = try cookie(company.server.send(.json(#"{"user":"Gus"}"#, to: "/session")))
        let session = Company.Person(name: "Gus", shows: [cookie, sameOrigin])
        #expect(try company.ask(session, "POST", "/rooms/hall", #"{"text":"hi"}"#).status == 201)
        #expect(try company.ask(owner, "PUT", "/rooms/hall/mutes/Gus", #"{"minutes":1}"#).status == 204)
        #expect(try company.ask(session, "POST", "/rooms/hall", #"{"text":"hi"}"#).code == "muted")
        #expect(try company.ask(Company.guest, "POST", "/rooms/hall", #"{"text":"hi","user":"Gus"}"#).code == "muted")
        #expect(try company.ask(company.jwt("Gus"), "POST", "/rooms/hall", #"{"text":"hi"}"#).code == "muted")
        #expect(try company.ask(Company.guest, "POST", "/rooms/hall", #"{"text":"hi"}"#).status == 201)
        let name = try #require(company.ask(Company.guest, "GET", "/session").json["user"] as? String)
        #expect(try company.ask(owner, "PUT", "/rooms/hall/mutes/\(name)", #"{"minutes":1}"#).status == 204)
        #expect(try company.ask(Company.guest, "POST", "/rooms/hall", #"{"text":"hi"}"#).code == "muted")
    }
}
