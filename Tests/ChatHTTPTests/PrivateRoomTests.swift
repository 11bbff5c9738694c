import Chat
import ChatHTTP
import ChatStreams
import Foundation
import Testing

/// What those outside are told of a private room: nothing.
@Suite struct PrivateRoomTests {
    /// A question about a room, whose name stands for `ROOM`, and the id of its first message for `FIRST`.
    struct Question: Sendable {
        let method: String
        let target: String
        let body: String

        init(_ method: String, _ target: String, _ body: String = "") {
            self.method = method
            self.target = target
            self.body = body
        }
    }

    /// Sound ones, and such as have something wrong besides: what is found wrong first must not tell.
    private static let questions = [
        Question("GET", "/rooms/ROOM"), Question("HEAD", "/rooms/ROOM"), Question("GET", "/rooms/ROOM?limit=x"),
        Question("GET", "/rooms/ROOM/messages"), Question("HEAD", "/rooms/ROOM/messages"),
        Question("GET", "/rooms/ROOM/messages?limit=0"), Question("GET", "/rooms/ROOM/messages?after=0&wait=1"),
        Question("GET", "/rooms/ROOM/messages?wait=1"), Question("GET", "/rooms/ROOM/messages?before=9&after=1"),
        Question("GET", "/rooms/ROOM/messages?after=nonsense-1"), Question("GET", "/rooms/ROOM/messages?around=FIRST"),
        Question("GET", "/rooms/ROOM/messages/FIRST"), Question("HEAD", "/rooms/ROOM/messages/FIRST"),
        Question("GET", "/rooms/ROOM/messages/FIRST?await=reply&timeout=1"), Question("GET", "/rooms/ROOM/messages/x"),
        Question("GET", "/rooms/ROOM/events"), Question("HEAD", "/rooms/ROOM/events"),
        Question("GET", "/rooms/ROOM/events?replay=10"), Question("GET", "/rooms/ROOM/events?replay=x"),
        Question("GET", "/rooms/ROOM/events?after=EPOCH-0"), Question("GET", "/rooms/ROOM/events?after=other-3"),
        Question("GET", "/events?rooms=ROOM"), Question("HEAD", "/events?rooms=ROOM"),
        Question("GET", "/events?rooms=ROOM&heartbeat=1"), Question("GET", "/events?rooms=ROOM,no%20name"),
        Question("GET", "/events?rooms=ROOM&format=xml"), Question("HEAD", "/events?rooms=ROOM&after=x"),
        Question("POST", "/rooms/ROOM", #"{"text":"hi"}"#), Question("POST", "/rooms/ROOM", #"{"text":""}"#),
        Question("POST", "/rooms/ROOM", #"{"text":"hi","reply_to":FIRST}"#), Question("POST", "/rooms/ROOM", "{"),
        Question("POST", "/rooms/ROOM", #"{"text":"hi","client_id":"k"}"#),
        Question("POST", "/rooms/ROOM/messages?await=reply&timeout=1", #"{"text":"hi"}"#),
        Question("POST", "/rooms/ROOM/messages?await=nobody", #"{"text":"hi"}"#),
        Question("PUT", "/rooms/ROOM", #"{"title":"mine"}"#), Question("PUT", "/rooms/ROOM", #"{"slow_mode":-1}"#),
        Question("DELETE", "/rooms/ROOM"), Question("DELETE", "/rooms/ROOM?why=" + String(repeating: "x", count: 301)),
        Question("POST", "/rooms/ROOM/typing"), Question("POST", "/rooms/ROOM/typing", "{"),
        Question("GET", "/rooms/ROOM/members"), Question("HEAD", "/rooms/ROOM/members"),
        Question("PUT", "/rooms/ROOM/members/owner", #"{"role":"member"}"#),
        Question("PUT", "/rooms/ROOM/members/other", #"{"role":"member"}"#),
        Question("PUT", "/rooms/ROOM/members/unheard-of", #"{"role":"member"}"#),
        Question("PUT", "/rooms/ROOM/members/owner", "{"), Question("DELETE", "/rooms/ROOM/members/owner"),
        Question("DELETE", "/rooms/ROOM/members/other"), Question("GET", "/rooms/ROOM/mutes"),
        Question("PUT", "/rooms/ROOM/mutes/troll", #"{"minutes":1}"#), Question("PUT", "/rooms/ROOM/mutes/troll", "{"),
        Question("DELETE", "/rooms/ROOM/mutes/troll"), Question("GET", "/rooms/ROOM/audit"),
        Question("GET", "/rooms/ROOM/audit?limit=0"), Question("OPTIONS", "/rooms/ROOM"),
        Question("PATCH", "/rooms/ROOM"), Question("GET", "/rooms/ROOM/nothing"),
    ]

    private static func company() throws -> Company {
        var settings = ChatService.Settings()
        settings.roomMakers = .admins
        settings.postRate = nil
        return try Company.whole(settings: settings)
    }

    private static func outsiders(_ company: Company) throws -> [(String, Company.Person)] {
        [
            ("guest", Company.guest), ("other", try company.session(of: "other")),
            ("banned", try company.session(of: "banned")),
            ("expired", try company.session(of: "owner", seconds: -1)),
            ("token", try company.token(of: "owner", rooms: ["hall"])), ("password", company.password(of: "other")),
            ("jwt", try company.jwt("jo", rooms: ["hall"])),
        ]
    }

    @Test func whoeverMayMakeNoRoom_CannotTellAPrivateOneFromNone() throws {
        let company = try Self.company()
        let first = try post(company, "secret", #"{"text":"first","client_id":"k"}"#)
        for (name, person) in try Self.outsiders(company) {
            for question in Self.questions {
                // Names of one length, so that also the lengths are compared.
                let answers = try ["secret", "unused"].map { room in
                    func filled(_ text: String) -> String {
                        text.replacing("ROOM", with: room).replacing("FIRST", with: "\(first)")
                            .replacing("EPOCH", with: company.server.epoch)
                    }
                    let answer = try company.ask(
                        person, question.method, filled(question.target), filled(question.body))
                    let headers = answer.headers.filter { $0.name != "Date" }.map { "\($0.name): \($0.value)" }
                    return "\(answer.status) \(headers) \(answer.text)".replacing(room, with: "ROOM")
                }
                #expect(answers[0] == answers[1], "\(name): \(question.method) \(question.target) \(question.body)")
            }
        }
        #expect(company.server.stored == 1)
    }

    /// It takes as long, too: both are looked up on the disk, and neither gets as far as the log.
    @Test func aPostThatIsRefused_IsNotProposed() throws {
        let company = try Self.company()
        func counted() throws -> [Substring] {
            try company.ask(Company.guest, "GET", "/metrics").text.split(separator: "\n")
                .filter { $0.hasPrefix("roomcast_posts_") }
        }
        let before = try counted()
        for room in ["secret", "unused"] {
            #expect(try company.ask(Company.guest, "POST", "/rooms/\(room)", #"{"text":"hi"}"#).status == 404)
        }
        #expect(try counted() == before && !before.isEmpty)
    }

    @Test func refusedRooms_AreToldInTheOrderAskedFor() throws {
        let company = try Self.company()
        for rooms in [["secret", "unused"], ["unused", "secret"]] {
            let stream = try TestStream(company.server, "/events?rooms=\(rooms[0]),hall,\(rooms[1])", [])
            #expect(try stream.blocks(2)[1].contains(#""refused":["\#(rooms[0])","\#(rooms[1])"]"#))
        }
    }

    @Test func whoeverMayMakeRooms_LearnsTheNameAndNoMore() throws {
        let company = try Company.whole()
        let (other, text) = (try company.session(of: "other"), "There is no")
        let answer = try company.ask(other, "PUT", "/rooms/secret", #"{"title":"mine"}"#)
        answer.expectProblem(409, "room_name_taken", "making a room whose name is taken")
        for target in ["/rooms/secret", "/rooms/secret/messages", "/rooms/secret/members", "/rooms/secret/audit"] {
            let answer = try company.ask(other, "GET", target)
            #expect(answer.code == "room_not_found" && answer.text.contains(text), "\(target): \(answer)")
        }
    }

    // MARK: From other rooms

    @Test func lists_LeaveItOut() throws {
        let company = try Company.whole()
        try post(company, "secret", #"{"text":"first"}"#)
        let listener = try TestStream(company.server, "/rooms/secret/events", company.session(of: "member").shows)
        _ = try listener.blocks(3)
        for (name, person) in try Self.outsiders(company) {
            for target in ["/rooms", "/rooms?limit=1", "/metrics", "/session"] {
                let answer = try company.ask(person, "GET", target)
                #expect(answer.status == 200 && !answer.text.contains("secret"), "\(name): \(target)")
            }
            if name == "banned" { continue }
            // The member listens to the private room, and is in no other.
            let people = try company.ask(person, "GET", "/rooms/hall/members").json
            #expect(people["count"] as? Int == 0, "\(name)")
            let members = try #require(people["members"] as? [[String: Any]])
            #expect(members.allSatisfy { $0["online"] as? Bool == false }, "\(name)")
        }
    }

    @Test func message_IsNotToBeHadThroughAnotherRoom() throws {
        let company = try Company.whole()
        let hidden = try post(company, "secret", #"{"text":"first"}"#)
        let (other, none) = (try company.session(of: "other"), hidden + 1000)
        for (method, target, body) in [
            ("GET", "/rooms/hall/messages/ID", ""), ("GET", "/rooms/hall/messages/ID?await=reply&timeout=1", ""),
            ("POST", "/rooms/hall", #"{"text":"yes","reply_to":ID}"#),
        ] {
            let answers = try [hidden, none].map { id in
                try company.ask(
                    other, method, target.replacing("ID", with: "\(id)"), body.replacing("ID", with: "\(id)")
                ).text.replacing(" \(id)", with: " ID")
            }
            #expect(answers[0] == answers[1] && answers[0].contains("not_found"), "\(method) \(target): \(answers)")
        }
        for target in ["before=\(none)", "after=0", "around=\(hidden)"] {
            let page = try company.ask(other, "GET", "/rooms/hall/messages?\(target)").json
            #expect((page["messages"] as? [Any])?.count == 0)
        }
    }

    /// A key is its room's: whoever knows one is not told of another room's message.
    @Test func key_TellsNothingOfAnotherRoom() throws {
        let company = try Company.whole()
        let owner = try company.token(of: "owner")
        try post(company, "secret", #"{"text":"first","client_id":"k"}"#)
        #expect(try company.ask(owner, "POST", "/rooms/hall", #"{"text":"other","client_id":"k"}"#).status == 201)
        // And not the room's own, once it is not to be entered.
        let member = try company.session(of: "member")
        let body = #"{"text":"mine","client_id":"m"}"#
        #expect(try company.ask(member, "POST", "/rooms/secret", body).status == 201)
        try remove(company, "member")
        #expect(try company.ask(member, "POST", "/rooms/secret", body).code == "room_not_found")
    }

    @Test func whatIsToldLive_StaysInside() throws {
        let company = try Company.whole()
        let member = try company.session(of: "member")
        let outside = try ["/events?rooms=*", "/rooms/hall/events"].map {
            try TestStream(company.server, $0, [], hearsOfPeople: true)
        }
        let inside = try TestStream(company.server, "/rooms/secret/events", member.shows, hearsOfPeople: true)
        #expect(try company.ask(member, "POST", "/rooms/secret/typing").status == 204)
        while try !inside.blocks(1)[0].contains("event: typing") {}
        try post(company, "hall", #"{"text":"the last"}"#)
        for stream in outside {
            var heard = ""
            while !heard.contains("the last") { heard += try stream.blocks(1)[0] }
            #expect(!heard.contains("secret") && !heard.contains("event: typing") && !heard.contains("member"))
        }
    }

    // MARK: Requests that wait

    @Test(arguments: [
        "/rooms/secret/messages?after=FIRST&wait=20", "/rooms/secret/messages/FIRST?await=reply&timeout=20",
        "/rooms/secret/messages?await=reply&timeout=20",
    ])
    func waiting_IsInVain_OnceTheRoomIsLost(target: String) throws {
        let company = try Company.whole()
        let first = try post(company, "secret", #"{"text":"first"}"#)
        let asks = !target.contains("FIRST")
        let connection = try company.server.connect()
        let member = try company.session(of: "member").shows
        try connection.send(
            TestRequest(
                asks ? "POST" : "GET", target.replacing("FIRST", with: "\(first)"),
                headers: member + ["Content-Type: text/plain"], body: asks ? "anybody?" : ""))
        try waitUntil("it waits") { company.server.hub.census().watches == 1 }
        try remove(company, "member")
        let question = try asks ? last(company, "secret") : first
        try post(company, "secret", #"{"text":"behind your back","reply_to":\#(question)}"#)
        let answer = try connection.answer()
        answer.expectProblem(404, "room_not_found", "an answer to who has lost the room")
        #expect(!answer.text.contains("behind"))
    }

    @discardableResult
    private func post(_ company: Company, _ room: String, _ body: String) throws -> Int {
        try #require(company.ask(company.token(of: "owner"), "POST", "/rooms/\(room)", body).json["id"] as? Int)
    }

    private func last(_ company: Company, _ room: String) throws -> Int {
        try #require(company.ask(company.token(of: "owner"), "GET", "/rooms/\(room)").json["last_id"] as? Int)
    }

    private func remove(_ company: Company, _ name: String) throws {
        try company.act(
            .setMember(RoomName(stored: "secret"), company.account(name), nil),
            by: .account(company.account("owner")))
    }
}
