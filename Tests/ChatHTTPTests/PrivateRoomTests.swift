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
