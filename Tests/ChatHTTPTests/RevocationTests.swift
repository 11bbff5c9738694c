import Chat
import ChatHTTP
import ChatStreams
import Foundation
import Testing

/// Losing access while a stream is open.
@Suite struct RevocationTests {
    private func open(_ company: Company, _ target: String, _ person: Company.Person) throws -> TestStream {
        let stream = try TestStream(company.server, target, person.shows)
        #expect(stream.head.status == 200)
        // retry, welcome, caught-up
        _ = try stream.blocks(3)
        return stream
    }

    @Test func memberWhoIsRemoved_HearsNothingMore_AndIsTold() throws {
        let company = try Company.whole()
        let member = try company.session(of: "member")
        let stream = try open(company, "/rooms/secret/events", member)
        try company.act(
            .setMember(RoomName(stored: "secret"), company.account("member"), nil),
            by: .account(company.account("owner")))
        _ = try company.ask(company.token(of: "owner"), "POST", "/rooms/secret", #"{"text":"behind your back"}"#)
        let rest = try stream.rest()
        #expect(rest.contains("event: revoked\ndata: {\"room\":\"secret\"}"))
        #expect(rest.contains("event: goodbye\ndata: {\"reason\":\"revoked\",\"reconnect\":true}"))
        #expect(!rest.contains("behind your back"))
        #expect(try company.ask(member, "GET", "/rooms/secret/messages").status == 404)
    }

    /// Private rooms of which `member` is one.
    private func makeRooms(_ names: [String], in company: Company) throws {
        let owner = AccessAction.Actor.account(try company.account("owner"))
        for name in names {
            var settings = RoomSettings(RoomName(stored: name))
            settings.visibility = .private
            try company.act(.configureRoom(RoomChange(to: settings), mayMake: true), by: owner)
            try company.act(.setMember(RoomName(stored: name), company.account("member"), .member), by: owner)
        }
    }

    /// From the moment at which the last right is gone. The median of three, since machines that test are busy.
    @Test func streamOfManyRooms_EndsWithinASecond() throws {
        let company = try Company.whole()
        let owner = AccessAction.Actor.account(try company.account("owner"))
        let names = (0..<40).map { "room\($0)" }
        var took: [Duration] = []
        for _ in 0..<3 {
            try makeRooms(names, in: company)
            let stream = try open(
                company, "/events?rooms=" + names.joined(separator: ","), company.session(of: "member"))
            for name in names {
                try company.act(.setMember(RoomName(stored: name), company.account("member"), nil), by: owner)
            }
            let began = ContinuousClock.now
            let rest = try stream.rest()
            took.append(ContinuousClock.now - began)
            #expect(rest.components(separatedBy: "event: revoked").count - 1 == 40)
            #expect(rest.contains("event: goodbye"))
        }
        #expect(took.sorted()[1] < .seconds(1), "\(took)")
    }

    @Test func oneRoomOfMany_Ends_AndTheOthersGoOn() throws {
        let company = try Company.whole()
        let owner = try company.account("owner")
        let names = (0..<40).map { "room\($0)" }
        try makeRooms(names, in: company)
        let stream = try open(
            company, "/events?rooms=" + names.joined(separator: ","), company.session(of: "member"))
        let began = ContinuousClock.now
        for name in names where name != "room7" {
            try company.act(.setMember(RoomName(stored: name), company.account("member"), nil), by: .account(owner))
        }
        let token = try company.token(of: "owner")
        for name in ["room3", "room7"] {
            _ = try company.ask(token, "POST", "/rooms/\(name)", #"{"text":"in \#(name)"}"#)
        }
        var told: Set<String> = []
        var heard = ""
        while !heard.contains("in room7") {
            heard = try stream.blocks(1)[0]
            if heard.hasPrefix("event: revoked") { told.insert(heard) }
            #expect(!heard.contains("in room3"))
        }
        #expect(told.count == 39)
        #expect(ContinuousClock.now - began < .seconds(10))
        #expect(company.server.streams == 1)
    }

    @Test(arguments: ["session", "token", "disabled", "private", "guests", "banned"])
    func whateverEndsIt_EndsTheStreamAtOnce(how: String) throws {
        let company = try Company.whole()
        let owner = AccessAction.Actor.account(try company.account("owner"))
        let room = ["private", "guests"].contains(how) ? "hall" : "secret"
        let person =
            switch how {
            case "session": try company.session(of: "member")
            case "private", "guests": Company.guest
            default: try company.token(of: "member")
            }
        let stream = try open(company, "/rooms/\(room)/events", person)
        var settings = RoomSettings(RoomName(stored: "hall"))
        switch how {
        case "session":
            let hash = company.server.hub.access.look { state in
                state.accounts(named: "member").flatMap { state.sessions(of: $0).first?.hash }
            }
            try company.act(.endSession(hash: #require(hash)))
        case "token":
            let id = try #require(
                company.server.hub.access.look { state in
                    state.accounts(named: "member").flatMap { state.tokens(of: $0).first?.id }
                })
            try company.act(.endToken(id))
        case "disabled": try company.act(.setDisabled(company.account("member"), true))
        case "private":
            settings.visibility = .private
            try company.act(.configureRoom(RoomChange(to: settings), mayMake: true), by: owner)
        case "guests":
            settings.guests = .none
            try company.act(.configureRoom(RoomChange(to: settings), mayMake: true), by: owner)
        default: try company.act(.setMember(RoomName(stored: "secret"), company.account("member"), .banned), by: owner)
        }
        let began = ContinuousClock.now
        #expect(try stream.rest().contains("event: goodbye\ndata: {\"reason\":\"revoked\""))
        #expect(ContinuousClock.now - began < .seconds(5))
    }

    @Test func streamOfEverything_HasOnlyWhatItsReaderMayRead() throws {
        let company = try Company.whole()
        let token = try company.token(of: "owner")
        let (guest, member) = (
            try open(company, "/events?rooms=*", Company.guest),
            try open(company, "/events?rooms=*", company.token(of: "member"))
        )
        for room in ["secret", "hall", "members"] {
            _ = try company.ask(token, "POST", "/rooms/\(room)", #"{"text":"in \#(room)"}"#)
        }
        #expect(try guest.blocks(1)[0].contains("in hall"))
        #expect(try member.blocks(3).map { $0.contains("in secret") } == [true, false, false])
        // And the same from the log.
        let replayed = try TestStream(company.server, "/events?rooms=*&replay=100", [])
        let blocks = try replayed.blocks(6).joined()
        #expect(blocks.contains("in hall") && !blocks.contains("in secret") && !blocks.contains("in members"))
    }

    @Test func refusedRooms_AreNamed_AndTheOthersStream() throws {
        let company = try Company.whole()
        let stream = try TestStream(company.server, "/events?rooms=secret,hall", [])
        #expect(try stream.blocks(2)[1].contains(#""rooms":["hall"]"#))
        let named = try TestStream(company.server, "/events?rooms=secret,hall", [])
        #expect(try named.blocks(2)[1].contains(#""refused":["secret"]"#))
    }
}

extension AccessState {
    func accounts(named name: String) -> AccountID? { allAccounts.first { $0.name == name }?.id }
}
