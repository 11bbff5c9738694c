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

    // MARK: Sessions

    /// Session fixation: whoever puts a cookie into a victim's browser knows nothing of the session that begins there.
    @Test func cookieFromBefore_IsNeverTheSessionThatBegins() throws {
        let company = try Company()
        for name in ["ann", "mallory"] { try company.addAccount(name) }
        let mallorys = try cookie(signIn(company, "mallory"))
        let guests = try cookie(company.server.send(.json(#"{"user":"gus"}"#, to: "/session")))
        let madeUp = "Cookie: roomcast=rcs_" + String(repeating: "A", count: 43)
        for planted in [mallorys, guests] {
            let begun = try cookie(signIn(company, "ann", planted, sameOrigin))
            #expect(begun != planted)
            #expect(try company.server.get("/session", begun).json["user"] as? String == "ann")
            #expect(try company.server.get("/session", planted).json["user"] as? String != "ann")
        }
        // One that nobody was given never becomes a session.
        #expect(try signIn(company, "ann", madeUp, sameOrigin).code == "session_over")
        #expect(try company.server.get("/session", madeUp).json["guest"] as? Bool == true)
        #expect(try company.server.get("/session", mallorys).json["user"] as? String == "mallory")
    }

    /// Also as a token, and a token's or an invitation's as a cookie.
    @Test func secret_CountsOnlyAsWhatItIs() throws {
        let company = try Company()
        try company.addAccount("ann", role: .admin)
        let session = try company.session(of: "ann")
        let secret = try #require(session.shows[0].split(separator: "=").last)
        let token = try #require(try company.token(of: "ann").shows[0].split(separator: " ").last)
        let invite = try #require(try company.ask(session, "POST", "/invites").json["invite"] as? String)
        for header in ["Authorization: Bearer \(secret)", "Authorization: Bearer \(invite)"] {
            #expect(try company.server.get("/session", header).code == "bad_credential")
        }
        let basic = Data("ann:\(secret)".utf8).base64EncodedString()
        #expect(try company.server.get("/session", "Authorization: Basic \(basic)").code == "wrong_password")
        for value in [String(token), invite, "", "roomcast", secret.dropLast() + "", secret + "A"] {
            let answer = try company.server.get("/session", "Cookie: roomcast=\(value)")
            #expect(answer.json["guest"] as? Bool == true, "\(value)")
        }
    }

    // MARK: Other origins

    /// Every route that changes something, from another site's page in the browser of somebody who has signed in.
    @Test func cookie_CountsOnlyOnTheServersOwnPages() throws {
        let company = try Company.whole()
        let cookie = try company.session(of: "admin").shows[0]
        let before = company.server.hub.head
        for headers in [
            ["Origin: https://evil.example", "Sec-Fetch-Site: cross-site"], ["Origin: https://evil.example"],
            ["Sec-Fetch-Site: cross-site"], ["Origin: null"],
            ["Origin: https://sub.chat.example", "Sec-Fetch-Site: same-site"], ["Sec-Fetch-Site: same-site"],
            ["Sec-Fetch-Site: none"], ["Origin: https://chat.example.evil.example"],
            // What an old browser sends says nothing of where it comes from.
            [],
        ] {
            let admin = Company.Person(name: "admin", shows: [cookie, "Host: chat.example"] + headers)
            for row in RouteAccessTests.rows where row.method != "GET" {
                let answer = try company.ask(admin, row.method, row.target, row.body)
                answer.expectProblem(403, "cross_origin", "\(row.method) \(row.target) with \(headers)")
                #expect(answer["Set-Cookie"] == nil && answer["Access-Control-Allow-Origin"] == nil)
            }
        }
        #expect(company.server.hub.head == before)
    }

    // MARK: Tokens

    @Test func token_IsForItsRoomsAndRights() throws {
        let company = try Company.whole()
        let first = try #require(
            company.ask(company.token(of: "owner"), "POST", "/rooms/secret", #"{"text":"first"}"#).json["id"] as? Int)
        let hall = try company.token(of: "owner", rooms: ["hall"])
        for (method, target, body, code) in [
            ("GET", "/rooms/secret", "", "room_not_found"), ("GET", "/rooms/secret/messages", "", "room_not_found"),
            ("GET", "/rooms/secret/messages/\(first)", "", "room_not_found"),
            ("GET", "/rooms/secret/messages?after=0&wait=5", "", "room_not_found"),
            ("GET", "/rooms/secret/messages/\(first)?await=reply", "", "room_not_found"),
            ("GET", "/events?rooms=secret", "", "room_not_found"),
            ("POST", "/rooms/secret/typing", "", "room_not_found"),
            ("POST", "/rooms/secret", #"{"text":"hi"}"#, "room_not_found"),
            ("POST", "/rooms/reading", #"{"text":"hi"}"#, "room_not_found"),
            ("PUT", "/rooms/secret/members/other", #"{"role":"owner"}"#, "room_not_found"),
            ("PUT", "/rooms/unused", "{}", "not_allowed"), ("PUT", "/rooms/secret", "{}", "not_allowed"),
            ("POST", "/tokens", "{}", "not_allowed"), ("GET", "/sessions", "", "not_allowed"),
        ] {
            #expect(try company.ask(hall, method, target, body).code == code, "\(method) \(target)")
        }
        #expect(try company.ask(hall, "POST", "/rooms/hall", #"{"text":"hi"}"#).status == 201)
        let all = try #require(company.ask(hall, "GET", "/rooms").json["rooms"] as? [[String: Any]])
        #expect(all.compactMap { $0["name"] as? String } == ["hall"])
        let reads = try company.token(of: "owner", rights: [.read])
        #expect(try company.ask(reads, "POST", "/rooms/secret", #"{"text":"hi"}"#).code == "not_allowed")
        #expect(try company.ask(reads, "PUT", "/rooms/secret", "{}").code == "not_allowed")
        let writes = try company.token(of: "owner", rights: [.read, .write])
        #expect(
            try company.ask(writes, "PUT", "/rooms/secret/members/other", #"{"role":"owner"}"#).code == "not_allowed")
        #expect(try company.ask(company.token(of: "owner", expired: true), "GET", "/rooms").code == "bad_credential")
        // An admin's token is none for the server's affairs.
        #expect(try company.ask(company.token(of: "admin"), "GET", "/accounts").code == "not_allowed")
    }

    // MARK: JSON Web Tokens

    @Test func jwt_ThatIsNotTheIssuers_IsNone() throws {
        let company = try Company.whole()
        let bearer = "Authorization: Bearer "
        let sound = try company.jwt("jo", rooms: ["secret"]).shows[0].dropFirst(bearer.count)
        let parts = sound.split(separator: ".").map(String.init)
        func encoded(_ json: String) -> String { Data(json.utf8).base64URL }
        let wider = encoded(#"{"sub":"jo","name":"admin","exp":4102444800,"rooms":["secret","hall"]}"#)
        var forged = try [
            company.jwt("jo", rooms: ["secret"], expiresIn: -3600),
            company.jwt("jo", rooms: ["secret"], secret: "guessed"),
            company.jwt("jo", rooms: ["secret"], secret: ""),
        ].map { String($0.shows[0].dropFirst(bearer.count)) }
        for algorithm in ["none", "None", "", "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA"] {
            forged.append(
                String(
                    try company.jwt("jo", rooms: ["secret"], header: ["alg": algorithm]).shows[0].dropFirst(
                        bearer.count)))
            forged.append("\(encoded(#"{"alg":"\#(algorithm)"}"#)).\(parts[1]).")
        }
        forged += [
            "\(parts[0]).\(wider).\(parts[2])", "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", "..",
            "\(parts[0]).\(parts[1]).\(parts[2].dropLast())", "\(parts[0]).\(parts[1]).\(parts[2]).x",
        ]
        for token in forged {
            let answer = try company.server.get("/rooms/secret", bearer + token)
            #expect(answer.status == 401 && answer.code == "bad_credential", "\(token): \(answer)")
        }
        #expect(try company.server.get("/rooms/secret", bearer + sound).status == 200)
        // What it names is what it is for; and no name in it makes it an account.
        #expect(try company.ask(company.jwt("owner", rooms: ["hall"]), "GET", "/rooms/secret").status == 404)
        #expect(try company.ask(company.jwt("admin", rooms: ["hall"]), "GET", "/accounts").code == "sign_in_required")
        #expect(try company.ask(company.jwt("owner", rooms: ["hall"]), "PUT", "/rooms/hall", "{}").status == 401)
    }

    // MARK: Header lines

    /// Whatever a request holds, the header lines of its answer are the server's.
    @Test func noField_MakesAHeaderLine() throws {
        var settings = ChatService.Settings()
        settings.postRate = nil
        let company = try Company.whole(settings: settings)
        for ending in ["\r\n", "\n", "\r", "\u{85}", "\u{2028}", "\0"] {
            try expectNoHeader(ending + "X-Made: up", by: company)
        }
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

    @Test(arguments: ["session", "token", "jwt"])
    func streamEnds_WhenWhatWasShownIsOver(what: String) throws {
        let company = try Company.whole()
        let person: Company.Person
        switch what {
        case "session": person = try company.session(of: "member", seconds: 60)
        case "token": person = try company.token(of: "member", expiresIn: 60)
        default: person = try company.jwt("jo", rooms: ["secret"], expiresIn: 60)
        }
        let streams = try ["/rooms/secret/events", "/events?rooms=*", "/events?rooms=hall,secret"].map {
            try TestStream(company.server, $0, person.shows)
        }
        for stream in streams { _ = try stream.blocks(3) }
        // Longer than a session that was used lasts then.
        company.server.pass(seconds: 32 * 86_400)
        for stream in streams {
            #expect(try stream.rest().contains("event: goodbye\ndata: {\"reason\":\"revoked\""), "\(what)")
        }
    }

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
