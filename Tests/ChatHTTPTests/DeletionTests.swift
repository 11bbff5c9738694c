import Chat
import ChatHTTP
import Foundation
import Testing

/// Taking a message's text away.
@Suite struct DeletionTests {
    private func post(_ company: Company, _ person: Company.Person, _ text: String, in room: String = "hall") throws
        -> Int
    {
        let answer = try company.ask(person, "POST", "/rooms/\(room)", #"{"text":"\#(text)"}"#)
        return try #require(answer.json["id"] as? Int)
    }

    @Test func deletedText_IsGoneEverywhere_AndTheRestStays() throws {
        let company = try Company.whole()
        let member = try company.session(of: "member")
        let live = try TestStream(company.server, "/rooms/hall/events", member.shows)
        _ = try live.blocks(3)
        let id = try post(company, member, "a secret word")
        #expect(try live.blocks(1)[0].contains("a secret word"))
        #expect(
            try company.ask(company.session(of: "moderator"), "DELETE", "/rooms/hall/messages/\(id)?why=spam").status
                == 204)
        let told = try live.blocks(1)[0]
        #expect(told.hasPrefix("event: delete\nid: "))
        #expect(
            told.contains(
                #""prev":\#(id),"message_id":\#(id),"deleted_at":"\#(TestServer.timeText)","by":"moderator","why":"spam""#
            ))
        let one = try company.ask(member, "GET", "/rooms/hall/messages/\(id)")
        #expect(one.json["text"] as? String == "")
        #expect(one.json["user"] as? String == "member")
        #expect(one.json["deleted_at"] as? String == TestServer.timeText)
        // From the tail, from the log, as pages and as lines for people.
        for target in [
            "/rooms/hall/messages", "/rooms/hall/messages?after=0", "/rooms/hall/messages/\(id)",
        ] {
            #expect(!(try company.ask(member, "GET", target).text.contains("secret word")), "\(target)")
        }
        for target in [
            "/rooms/hall/events?after=0", "/events?rooms=hall,lobby&after=0", "/events?rooms=*&after=0",
            "/rooms/hall/events?after=\(id - 1)", "/rooms/hall/events?replay=5",
        ] {
            let stream = try TestStream(company.server, target, member.shows)
            var text = ""
            while !text.contains("event: caught-up") { text += try stream.blocks(1)[0] }
            #expect(text.contains(#""id":\#(id),"#) && text.contains("event: delete"), "\(target)")
            #expect(!text.contains("secret word"), "\(target)")
        }
        let lines = try TestStream(company.server, "/rooms/hall/events?after=\(id - 1)&format=text", member.shows)
        #expect(
            try lines.lines(3).joined().contains("member: (deleted)\n-- moderator has deleted message \(id): spam --"))
    }

    @Test func authors_DeleteTheirOwn_AndNobodyElses() throws {
        let company = try Company.whole()
        let (member, other) = (try company.session(of: "member"), try company.session(of: "other"))
        let id = try post(company, member, "mine")
        #expect(try company.ask(other, "DELETE", "/rooms/hall/messages/\(id)").code == "not_allowed")
        #expect(try company.ask(member, "DELETE", "/rooms/hall/messages/\(id)").status == 204)
        // Again is as good, and nothing more is told.
        let before = company.server.stored
        #expect(try company.ask(member, "DELETE", "/rooms/hall/messages/\(id)").status == 204)
        #expect(company.server.stored == before)
        // A guest of that name is somebody else.
        let guests = try post(company, Company.guest, "a guest's")
        #expect(try company.ask(member, "DELETE", "/rooms/hall/messages/\(guests)").code == "not_allowed")
        #expect(try company.ask(member, "DELETE", "/rooms/hall/messages/999999").code == "message_not_found")
        #expect(try company.ask(member, "DELETE", "/rooms/secret/messages/\(id)").code == "message_not_found")
    }

    /// Which its account is a moderator for all the same.
    @Test func tokenForWriting_DeletesWhatItsAccountWrote_AndNothingElse() throws {
        let company = try Company.whole()
        let theirs = try post(company, company.session(of: "member"), "theirs")
        let own = try post(company, company.session(of: "owner"), "own")
        let guests = try post(company, Company.guest, "a guest's")
        let writes = try company.token(of: "owner", rights: [.read, .write])
        for id in [theirs, guests] {
            #expect(try company.ask(writes, "DELETE", "/rooms/hall/messages/\(id)").code == "not_allowed")
        }
        #expect(try company.ask(writes, "DELETE", "/rooms/hall/messages/999999").code == "message_not_found")
        #expect(try company.ask(writes, "DELETE", "/rooms/hall/messages/\(own)").status == 204)
        let moderates = try company.token(of: "owner", rights: [.read, .moderate])
        #expect(try company.ask(moderates, "DELETE", "/rooms/hall/messages/\(theirs)").status == 204)
    }

    @Test func chain_HasTheDeletion_AndTheRepeatOfThePostIsTheRest() throws {
        let company = try Company.whole()
        let member = try company.session(of: "member")
        let keyed = Company.Person(name: "member", shows: member.shows + ["Idempotency-Key: k1"])
        let id = try post(company, keyed, "with a key")
        #expect(try company.ask(member, "DELETE", "/rooms/hall/messages/\(id)").status == 204)
        let repeated = try company.ask(keyed, "POST", "/rooms/hall", #"{"text":"with a key"}"#)
        #expect(repeated.status == 200)
        #expect(repeated.json["text"] as? String == "")
        let next = try company.ask(member, "POST", "/rooms/hall", #"{"text":"next"}"#)
        let prev = try #require(next.json["prev"] as? Int)
        #expect(prev > id)
    }
}
