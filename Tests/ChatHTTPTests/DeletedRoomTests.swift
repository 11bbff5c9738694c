import Chat
import ChatHTTP
import ChatStreams
import Foundation
import Testing

/// `DELETE /rooms/{room}`: what is left of a room, and who is told.
@Suite struct DeletedRoomTests {
    private func open(_ company: Company, _ target: String, _ person: Company.Person) throws -> TestStream {
        let stream = try TestStream(company.server, target, person.shows)
        #expect(stream.head.status == 200)
        // retry, welcome, caught-up
        _ = try stream.blocks(3)
        return stream
    }

    @discardableResult
    private func post(
        _ company: Company, _ person: Company.Person, _ text: String, in room: String, key: String? = nil
    ) throws -> (id: Int, prev: Int, status: Int) {
        var person = person
        if let key { person = Company.Person(name: person.name, shows: person.shows + ["Idempotency-Key: \(key)"]) }
        let answer = try company.ask(person, "POST", "/rooms/\(room)", #"{"text":"\#(text)"}"#)
        guard let id = answer.json["id"] as? Int, let prev = answer.json["prev"] as? Int else {
            throw TestFailure("\(answer)")
        }
        return (id, prev, answer.status)
    }

    /// A stream's replay, up to its end.
    private func replay(_ company: Company, _ target: String, _ person: Company.Person) throws -> String {
        let stream = try TestStream(company.server, target, person.shows)
        guard stream.head.status == 200 else { return "\(stream.head.status)" }
        var text = ""
        while !text.contains("event: caught-up") { text += try stream.blocks(1)[0] }
        return text
    }

    @Test func room_IsGone_AndItsNameBeginsAnew() throws {
        let company = try Company.whole()
        let (owner, member) = (try company.session(of: "owner"), try company.session(of: "member"))
        let id = try post(company, member, "of old", in: "hall", key: "k1").id
        #expect(try company.ask(owner, "POST", "/rooms/hall", #"{"text":"re","reply_to":\#(id)}"#).status == 201)
        try company.act(
            .mute(Mute(room: RoomName(stored: "hall"), identity: "guest:troll", name: "troll", until: .now())),
            by: .account(company.account("owner")))
        let deleted = try company.ask(owner, "DELETE", "/rooms/hall?why=moved")
        #expect(deleted.status == 204 && deleted.body.isEmpty)
        for (target, code) in [
            ("/rooms/hall", "room_not_found"), ("/rooms/hall/messages/\(id)", "message_not_found"),
            ("/rooms/hall/messages/\(id)?await=reply&timeout=1", "message_not_found"),
        ] {
            let answer = try company.ask(member, "GET", target)
            #expect(answer.status == 404 && answer.code == code, "\(target)")
        }
        #expect(try company.ask(owner, "DELETE", "/rooms/hall").code == "room_not_found")
        #expect(try company.ask(owner, "DELETE", "/rooms/hall/messages/\(id)").code == "message_not_found")
        let history = try company.ask(member, "GET", "/rooms/hall/messages?around=\(id)")
        #expect((history.json["messages"] as? [Any])?.isEmpty == true)
        let rooms = try company.ask(owner, "GET", "/rooms").json["rooms"] as? [[String: Any]] ?? []
        #expect(rooms.count == 3 && !rooms.contains { $0["name"] as? String == "hall" })
        let admin = try company.session(of: "admin")
        let audit = try #require(company.ask(admin, "GET", "/audit").json["audit"] as? [[String: Any]])
        #expect(audit[0]["action"] as? String == "delete_room" && audit[0]["room"] as? String == "hall")
        #expect(audit[0]["by"] as? String == "owner" && audit[0]["why"] as? String == "moved")
        // The next is another room, and whoever makes it has it.
        let next = try post(company, member, "of old", in: "hall", key: "k1")
        #expect(next.status == 201 && next.prev == 0)
        #expect(try company.ask(member, "GET", "/rooms/hall").json["oldest_id"] as? Int == next.id)
        #expect(try company.ask(owner, "PUT", "/rooms/hall", #"{"title":"mine"}"#).code == "not_allowed")
        let members = try company.ask(member, "GET", "/rooms/hall/members")
        #expect((members.json["members"] as? [Any])?.isEmpty == true)
        #expect(try post(company, member, "second", in: "hall").prev == next.id)
    }

    @Test func streams_AreTold_AndThatPartEnds() throws {
        let company = try Company.whole()
        let (owner, member) = (try company.session(of: "owner"), try company.session(of: "member"))
        let last = try post(company, member, "last", in: "hall").id
        let alone = try open(company, "/rooms/hall/events", member)
        let several = try open(company, "/events?rooms=hall,reading", member)
        let every = try open(company, "/events?rooms=*", member)
        let lines = try TestStream(company.server, "/events?rooms=hall,reading&format=text", member.shows)
        #expect(try company.ask(owner, "DELETE", "/rooms/hall?why=moved").status == 204)
        try post(company, owner, "new", in: "hall")
        try post(company, owner, "elsewhere", in: "reading")
        let more = try several.blocks(2)
        let id = try #require(more[0].firstMatch(of: /"id":(\d+),/)?.1)
        let event =
            #"data: {"id":\#(id),"room":"hall","prev":\#(last),"deleted":true,"by":"owner","why":"moved","sent_at":"\#(TestServer.timeText)"}"#
        let block = "event: room\nid: \(company.server.epoch)-\(id)\n\(event)\n\n"
        #expect(
            try alone.rest() == block + "event: goodbye\n" + #"data: {"reason":"deleted","reconnect":true}"# + "\n\n")
        #expect(more[0] == block)
        #expect(more[1].contains(#""room":"reading""#))
        let all = try every.blocks(3)
        #expect(all[0] == block)
        #expect(all[1].contains(#""text":"new""#) && all[2].contains(#""text":"elsewhere""#))
        // Between lines about who is there.
        var line = ""
        while !line.contains("deleted") { line = try lines.lines(1)[0] }
        #expect(line == "-- owner has deleted #hall: moved --\n")
        try waitUntil("the stream is closed") { company.server.streams == 3 }
    }

    @Test func cursorFromBefore_BringsTheDeletion_AndTheNextRoom() throws {
        let company = try Company.whole()
        let (owner, member) = (try company.session(of: "owner"), try company.session(of: "member"))
        let first = try post(company, member, "unspeakable", in: "hall").id
        try post(company, member, "unspeakable", in: "hall")
        #expect(try company.ask(owner, "DELETE", "/rooms/hall").status == 204)
        for isUsedAgain in [false, true] {
            if isUsedAgain { try post(company, member, "new", in: "hall") }
            for target in ["/rooms/hall/events?", "/events?rooms=hall,reading&", "/events?rooms=*&"] {
                for position in ["0", "\(company.server.epoch)-\(first)"] {
                    let text = try replay(company, "\(target)after=\(position)", member)
                    #expect(text.ranges(of: #""room":"hall","prev":"#).count == (isUsedAgain ? 2 : 1), "\(target)")
                    #expect(text.ranges(of: #""deleted":true"#).count == 1, "\(target)")
                    #expect(text.contains(#""text":"new""#) == isUsedAgain, "\(target)")
                    #expect(!text.contains("unspeakable") && !text.contains("event: gap"), "\(target)")
                }
            }
            let lines = try TestStream(
                company.server, "/rooms/hall/events?after=\(first)&format=ndjson", member.shows)
            #expect(try lines.lines(2)[1].contains(#""deleted":true"#))
        }
        // Whoever has seen it is told nothing twice.
        let text = try replay(company, "/rooms/hall/events?after=\(company.server.hub.head)", member)
        #expect(!text.contains("event: room"))
    }

    /// Its name is everybody's, and nothing else of it is.
    @Test func privateRoom_IsToldToItsOwn_AndLeavesNothingToOthers() throws {
        let company = try Company.whole()
        let (owner, member) = (try company.session(of: "owner"), try company.session(of: "member"))
        let (other, admin) = (try company.session(of: "other"), try company.session(of: "admin"))
        let id = try post(company, member, "unspeakable", in: "secret").id
        let outside = try open(company, "/events?rooms=*", other)
        let inside = try open(company, "/events?rooms=*", member)
        #expect(try company.ask(owner, "DELETE", "/rooms/secret?why=unspeakable").status == 204)
        #expect(try inside.blocks(1)[0].contains(#""room":"secret","prev":\#(id),"deleted":true"#))
        // There is nothing to be told of, wherever they ask.
        for person in [other, Company.guest, try company.session(of: "banned")] {
            for target in [
                "/rooms/secret/events?after=0", "/events?rooms=hall,secret&after=0", "/events?rooms=*&after=0",
            ] {
                let text = try replay(company, target, person)
                #expect(!text.contains("deleted") && !text.contains("unspeakable"), "\(person.name): \(target)")
                #expect(!text.contains("event: gap"), "\(person.name): \(target)")
            }
            #expect(try company.ask(person, "GET", "/rooms/secret").status == 404)
            #expect(!(try company.ask(person, "GET", "/rooms").text.contains("secret")))
        }
        for person in [member, owner, admin] {
            #expect(
                try replay(company, "/rooms/secret/events?after=\(id)", person).contains(#""deleted":true"#),
                "\(person.name)")
        }
        // Somebody else's private room of that name is theirs alone.
        #expect(try company.ask(other, "PUT", "/rooms/secret", #"{"visibility":"private"}"#).status == 200)
        for person in [member, owner] {
            #expect(try company.ask(person, "GET", "/rooms/secret/messages").code == "room_not_found")
        }
        try post(company, other, "other's", in: "secret")
        try post(company, other, "for all", in: "hall")
        let heard = try outside.blocks(3)
        #expect(heard[0].contains(#""by":"other""#) && heard[1].contains("other's") && heard[2].contains("for all"))
        #expect(try inside.blocks(1)[0].contains("for all"))
    }

    @Test func tokens_NeedTheRightToModerate() throws {
        let company = try Company.whole()
        for person in [
            try company.token(of: "owner", rights: [.read, .write]), try company.token(of: "admin", rights: [.read]),
            try company.token(of: "moderator"),
        ] {
            #expect(try company.ask(person, "DELETE", "/rooms/secret").code == "not_allowed")
        }
        #expect(
            try company.ask(company.token(of: "owner", rooms: ["hall"]), "DELETE", "/rooms/secret").code
                == "room_not_found")
        #expect(try company.ask(company.token(of: "owner"), "DELETE", "/rooms/secret").status == 204)
        // By a cookie only from the server's own pages.
        let cookie = Company.Person(
            name: "owner", shows: [try company.session(of: "owner").shows[0], "Origin: http://evil.example"])
        #expect(try company.ask(cookie, "DELETE", "/rooms/hall").code == "cross_origin")
        #expect(
            try company.ask(
                company.session(of: "owner"), "DELETE", "/rooms/hall?why=" + String(repeating: "x", count: 301)
            ).code == "reason_too_long")
    }

    @Test func waiting_EndsAsOfARoomThatIsNotThere() throws {
        let company = try Company.whole()
        let (owner, member) = (try company.session(of: "owner"), try company.session(of: "member"))
        let id = try post(company, member, "anybody?", in: "hall").id
        let waits = try [
            "/rooms/hall/messages?after=\(id)&wait=30", "/rooms/hall/messages/\(id)?await=reply&timeout=60",
        ].map { target in
            let connection = try company.server.connect()
            try connection.send(TestRequest("GET", target, headers: member.shows))
            return connection
        }
        try waitUntil("both wait") { company.server.hub.watchCount == 2 }
        #expect(try company.ask(owner, "DELETE", "/rooms/hall").status == 204)
        #expect(try waits.map { try $0.answer().code } == ["room_not_found", "message_not_found"])
    }

    /// Who has lost the room while they waited hears no more of it, its end neither.
    @Test func waiting_OfWhoeverHasLostTheRoom_EndsAsOfAnUnusedName() throws {
        let company = try Company.whole()
        let (owner, member) = (try company.session(of: "owner"), try company.session(of: "member"))
        let id = try post(company, member, "unspeakable", in: "secret").id
        let connection = try company.server.connect()
        try connection.send(TestRequest("GET", "/rooms/secret/messages?after=\(id)&wait=30", headers: member.shows))
        try waitUntil("it waits") { company.server.hub.watchCount == 1 }
        #expect(try company.ask(owner, "DELETE", "/rooms/secret/members/member").status == 204)
        #expect(try company.ask(owner, "DELETE", "/rooms/secret").status == 204)
        let answer = try connection.answer()
        #expect(answer.status == 200 && (answer.json["messages"] as? [Any])?.isEmpty == true)
    }

    @Test func ownedRooms_CountNoMore() throws {
        var settings = ChatService.Settings()
        settings.roomsPerAccount = 1
        let company = try Company(settings: settings)
        try company.addAccount("owner")
        let owner = try company.session(of: "owner")
        #expect(try company.ask(owner, "PUT", "/rooms/one", "{}").status == 200)
        #expect(try company.ask(owner, "PUT", "/rooms/two", "{}").code == "too_many")
        #expect(try company.ask(owner, "DELETE", "/rooms/one").status == 204)
        #expect(try company.ask(owner, "PUT", "/rooms/two", "{}").status == 200)
    }

    /// Whoever may not make rooms is answered as of a name that was never used.
    @Test func whoeverMayMakeNoRoom_CannotTellItFromNone() throws {
        var settings = ChatService.Settings()
        settings.roomMakers = .admins
        settings.postRate = nil
        let company = try Company.whole(settings: settings)
        #expect(try company.ask(company.session(of: "owner"), "DELETE", "/rooms/secret").status == 204)
        let other = try company.session(of: "other")
        for (method, target, body) in [
            ("GET", "/rooms/ROOM", ""), ("GET", "/rooms/ROOM/messages", ""), ("GET", "/rooms/ROOM/events?after=0", ""),
            ("GET", "/events?rooms=ROOM&after=0", ""), ("POST", "/rooms/ROOM", #"{"text":"hi"}"#),
            ("DELETE", "/rooms/ROOM", ""), ("PUT", "/rooms/ROOM", "{}"), ("GET", "/rooms/ROOM/members", ""),
        ] {
            let answers = try ["secret", "unused"].map { room in
                let answer = try company.ask(other, method, target.replacing("ROOM", with: room), body)
                return "\(answer.status) \(answer.text.replacing(room, with: "ROOM"))"
            }
            #expect(answers[0] == answers[1], "\(method) \(target)")
            #expect(answers[0].hasPrefix("404"), "\(method) \(target)")
        }
    }
}
