import Chat
import ChatHTTP
import ChatIdentity
import Foundation
import Testing

/// Guessing at passwords, and what can be told from how the server takes it.
@Suite struct ThrottleTests {
    private let clock = ManualClock()

    /// A proxy that is trusted says where each guess comes from.
    private func company(cost: PasswordCost? = nil) throws -> Company {
        var settings = ChatService.Settings()
        settings.trustedProxies = [try AddressBlock("127.0.0.1")]
        let company = try Company(settings: settings, clock: clock, cost: cost)
        try company.addAccount("ann")
        return company
    }

    private func guess(
        _ company: Company, at user: String, _ password: String = "not the one", from address: String = "192.0.2.1"
    ) throws -> TestAnswer {
        try company.server.send(
            .json(
                #"{"user":"\#(user)","password":"\#(password)"}"#, to: "/session", "X-Forwarded-For: \(address)"))
    }

    @Test func changes_CountAgainstTheRateOfTheirAccount() throws {
        var settings = ChatService.Settings()
        settings.postRate = PostRate(perSecond: 1, burst: 3)
        let company = try Company(settings: settings, clock: clock)
        try company.addAccount("ann")
        try company.addAccount("bob")
        let ann = try company.session(of: "ann")
        for number in 0..<3 { #expect(try company.ask(ann, "PUT", "/rooms/r\(number)", "{}").status == 200) }
        for (method, target, body) in [
            ("PUT", "/rooms/r3", "{}"), ("PUT", "/rooms/r0/members/bob", #"{"role":"member"}"#),
            ("DELETE", "/rooms/r0/members/bob", ""), ("PUT", "/rooms/r0/mutes/gus", #"{"minutes":1}"#),
            ("POST", "/tokens", "{}"), ("PATCH", "/accounts/ann", #"{"password":"another one","old_password":"a"}"#),
        ] {
            let answer = try company.ask(ann, method, target, body)
            #expect(answer.code == "rate_limited" && answer["Retry-After"] == "1", "\(method) \(target): \(answer)")
        }
        // Others are not held up by it, and signing out is always possible.
        #expect(try company.ask(company.session(of: "bob"), "PUT", "/rooms/bobs", "{}").status == 200)
        #expect(try company.ask(ann, "DELETE", "/session").status == 204)
    }
}
