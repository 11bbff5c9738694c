import ChatHTTP
import Foundation
import Testing

/// A name that only looks like an account's is somebody else's, an issuer's to give: what is done about whoever has it is not done to the
/// account.
@Suite struct LookalikeTests {
    @Test(arguments: ["membеr", "ｍember", "rnember"])
    func ban_OfANameThatLooksLikeAnAccounts_IsNotTheAccounts(name: String) throws {
        let company = try Company.whole()
        let owner = try company.session(of: "owner")
        let path = "/rooms/hall/members/" + name.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
        #expect(try company.ask(owner, "PUT", path, #"{"role":"banned"}"#).code == "account_not_found")
        #expect(try company.ask(owner, "DELETE", path).code == "account_not_found")
        #expect(try company.ask(owner, "PUT", "/rooms/hall/members/MEMBER", #"{"role":"member"}"#).status == 204)
    }

    @Test func mute_OfANameThatLooksLikeAnAccounts_IsNotTheAccounts() throws {
        let company = try Company.whole()
        let owner = try company.session(of: "owner")
        let (member, lookalike) = (try company.session(of: "member"), try company.jwt("m\u{435}mber"))
        let path = "/rooms/hall/mutes/m%D0%B5mber"
        #expect(try company.ask(owner, "PUT", path, #"{"minutes":1}"#).status == 204)
        #expect(try company.ask(member, "POST", "/rooms/hall", #"{"text":"hi"}"#).status == 201)
        #expect(try company.ask(lookalike, "POST", "/rooms/hall", #"{"text":"hi"}"#).code == "muted")
        // Also while the account is muted itself: each has a mute of its own.
        #expect(try company.ask(owner, "PUT", "/rooms/hall/mutes/member", #"{"minutes":1}"#).status == 204)
        #expect(try company.ask(owner, "DELETE", path).status == 204)
        #expect(try company.ask(member, "POST", "/rooms/hall", #"{"text":"hi"}"#).code == "muted")
        #expect(try company.ask(lookalike, "POST", "/rooms/hall", #"{"text":"hi"}"#).status == 201)
    }

    /// Names are written in any case, and so the account is meant; but who is shown in that case may be somebody else.
    @Test func mute_OfAnAccountsNameInAnotherCase_IsTheAccounts_AndOfWhoeverIsShownSo() throws {
        let company = try Company.whole()
        let owner = try company.session(of: "owner")
        let people = [try company.session(of: "member"), try company.jwt("MEMBER")]
        for (method, code) in [("PUT", "muted"), ("DELETE", nil)] {
            #expect(try company.ask(owner, method, "/rooms/hall/mutes/MEMBER", #"{"minutes":1}"#).status == 204)
            for person in people {
                let answer = try company.ask(person, "POST", "/rooms/hall", #"{"text":"hi"}"#)
                #expect((answer.status == 201 ? nil : answer.code) == code, "\(method): \(person.name)")
            }
        }
        // Whoever may not mute the account has muted who is shown so.
        let moderator = try company.session(of: "moderator")
        #expect(
            try company.ask(moderator, "PUT", "/rooms/hall/mutes/OWNER", #"{"minutes":1}"#).code == "not_allowed")
        #expect(try company.ask(owner, "POST", "/rooms/hall", #"{"text":"hi"}"#).status == 201)
        #expect(try company.ask(company.jwt("OWNER"), "POST", "/rooms/hall", #"{"text":"hi"}"#).code == "muted")
        #expect(try company.ask(company.jwt("owner"), "POST", "/rooms/hall", #"{"text":"hi"}"#).status == 201)
    }
}
