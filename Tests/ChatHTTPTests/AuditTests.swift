import Foundation
import Testing

/// What was done by those who look after a room: who, and why.
@Suite struct AuditTests {
    @Test func mutes_TellModerators_WhoAndWhy() throws {
        let company = try Company.whole()
        let moderator = try company.session(of: "moderator")
        for (name, body) in [("gus", #"{"minutes":5,"why":"spam"}"#), ("member", #"{"minutes":5}"#)] {
            #expect(
                try company.ask(company.session(of: "owner"), "PUT", "/rooms/hall/mutes/\(name)", body).status == 204)
        }
        let list = try company.ask(moderator, "GET", "/rooms/hall/mutes").json["mutes"] as? [[String: Any]] ?? []
        let told = list.map { mute in ["user", "by", "why"].map { mute[$0] as? String ?? "-" }.joined(separator: " ") }
        #expect(told.sorted() == ["gus owner spam", "member owner -"])
    }

    @Test func lastAdmin_IsTold_ThatAnotherIsNeededFirst() throws {
        let company = try Company.whole()
        let admin = try company.session(of: "admin")
        for body in [#"{"role":"member"}"#, #"{"disabled":true}"#] {
            let refused = try company.ask(admin, "PATCH", "/accounts/admin", body)
            #expect(refused.status == 409)
            #expect(refused.code == "last_admin")
        }
        #expect(try company.ask(admin, "PATCH", "/accounts/other", #"{"role":"admin"}"#).status == 204)
        #expect(try company.ask(admin, "PATCH", "/accounts/admin", #"{"role":"member"}"#).status == 204)
    }

    @Test func eachThingDone_IsListed_WithWhoAndWhy_TheLatestFirst() throws {
        let company = try Company.whole()
        let (owner, moderator) = (try company.session(of: "owner"), try company.session(of: "moderator"))
        let spam = try #require(
            company.ask(company.session(of: "member"), "POST", "/rooms/hall", #"{"text":"spam"}"#).json["id"] as? Int)
        let done: [(by: Company.Person, method: String, target: String, body: String, listed: String)] = [
            (owner, "PUT", "", #"{"title":"Hall","why":"w0"}"#, "configure -"),
            (owner, "PUT", "/members/other", #"{"role":"moderator","why":"w1"}"#, "set_member other"),
            (moderator, "PUT", "/mutes/member", #"{"minutes":5,"why":"w2"}"#, "mute member"),
            (moderator, "DELETE", "/mutes/member?why=w3", "", "unmute member"),
            (moderator, "DELETE", "/messages/\(spam)?why=w4", "", "delete_message -"),
            (moderator, "PUT", "/members/former", #"{"role":"banned","why":"w5"}"#, "set_member former"),
            (moderator, "DELETE", "/members/member?why=w6", "", "remove_member member"),
        ]
        for step in done {
            let answer = try company.ask(step.by, step.method, "/rooms/hall" + step.target, step.body)
            #expect((200..<300).contains(answer.status), "\(step.target): \(answer)")
        }
        let list = try #require(
            company.ask(owner, "GET", "/rooms/hall/audit?limit=\(done.count)").json["audit"] as? [[String: Any]])
        let told = list.map { entry in
            let fields = ["by", "action", "user", "why"].map { entry[$0] as? String ?? "-" }
            return "\(fields[0]): \(fields[1]) \(fields[2]), \(fields[3])"
        }
        let expected = done.enumerated().map { "\($1.by.name): \($1.listed), w\($0)" }
        #expect(told == expected.reversed())
        // And on from one of them.
        let last = try #require(list.last?["id"] as? Int)
        let before = try company.ask(owner, "GET", "/rooms/hall/audit?limit=1&before=\(last)")
        #expect((before.json["audit"] as? [[String: Any]])?.first?["id"] as? Int ?? .max < last)
        #expect(before.json["has_more"] as? Bool == true)
    }
}
