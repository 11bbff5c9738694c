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

    /// Also where nobody has the name: else the throttle would tell who has an account.
    @Test(arguments: ["ann", "nobody"])
    func guesses_AreSlowedByAccount_WhereverTheyComeFrom(user: String) throws {
        let company = try company()
        for number in 1...5 {
            #expect(try guess(company, at: user, from: "192.0.2.\(number)").code == "wrong_password")
        }
        // Neither another address helps, nor another spelling, nor the right password.
        for (name, password) in [(user, "not the one"), (user.uppercased(), "a"), (user, Company.password)] {
            let answer = try guess(company, at: name, password, from: "198.51.100.7")
            answer.expectProblem(429, "too_many_guesses", "a guess too many")
            #expect(answer["Retry-After"] == "1")
        }
        clock.pass(seconds: 1)
        #expect(try guess(company, at: user, from: "198.51.100.8").code == "wrong_password")
        #expect(try guess(company, at: user, from: "198.51.100.9")["Retry-After"] == "2")
    }

    @Test func rightPassword_IsTaken_AfterTheWait() throws {
        let company = try company()
        for _ in 0..<5 { #expect(try guess(company, at: "ann").status == 401) }
        let wait = try #require(try guess(company, at: "ann", Company.password)["Retry-After"].flatMap(Double.init))
        clock.pass(seconds: wait)
        #expect(try guess(company, at: "ann", Company.password).status == 200)
        // From then on the address is one that its owner signs in from: strangers elsewhere do not keep them out.
        for number in 1...9 { _ = try guess(company, at: "ann", from: "198.51.100.\(number)") }
        #expect(try guess(company, at: "ann", from: "198.51.100.20").status == 429)
        #expect(try guess(company, at: "ann", Company.password).status == 200)
    }

    @Test func guesses_AreSlowedByAddress_WhomeverTheyAreAt() throws {
        let company = try company()
        // One network of IPv6 is one address.
        for number in 1...20 {
            #expect(try guess(company, at: "user\(number)", from: "2001:db8::\(number)").code == "wrong_password")
        }
        let answer = try guess(company, at: "ann", Company.password, from: "2001:db8::ffff")
        answer.expectProblem(429, "too_many_guesses", "a guess too many from one network")
        #expect(answer["Retry-After"] == "1")
        #expect(try guess(company, at: "ann", Company.password, from: "2001:db8:0:1::1").status == 200)
    }

    @Test func rightPasswords_CostTheirAddressNothing() throws {
        let company = try company()
        for number in 1...20 { #expect(try guess(company, at: "user\(number)").code == "wrong_password") }
        clock.pass(seconds: 1)
        for _ in 0..<3 { #expect(try guess(company, at: "ann", Company.password).status == 200) }
    }

    @Test func wrongGuesses_AreForgotten_AfterAWhile() throws {
        let company = try company()
        for _ in 0..<2 {
            for _ in 0..<5 { #expect(try guess(company, at: "ann").code == "wrong_password") }
            clock.pass(seconds: 901)
        }
    }

    /// However a password is shown.
    @Test func guesses_CountTogether_HoweverThePasswordIsShown() throws {
        let company = try company()
        let session = try company.session(of: "ann")
        for _ in 0..<3 {
            #expect(try company.ask(company.password(of: "ann", "not the one"), "GET", "/rooms").status == 401)
        }
        let change = #"{"password":"another one","old_password":"not the one"}"#
        for _ in 0..<2 { #expect(try company.ask(session, "PATCH", "/accounts/ann", change).status == 401) }
        #expect(try company.ask(session, "PATCH", "/accounts/ann", change).code == "too_many_guesses")
        let asked = try company.ask(company.password(of: "ann"), "GET", "/rooms")
        #expect(asked.code == "too_many_guesses" && asked["Retry-After"] == "1")
        // Sessions and tokens go on.
        #expect(try company.ask(session, "GET", "/sessions").status == 200)
        #expect(try company.ask(company.token(of: "ann"), "GET", "/rooms").status == 200)
    }

    /// The ratio of medians, at a cost at which hashing is what takes the time. Other tests may be in the way of one of them, so it
    /// is measured anew then; a server that tells known names by their time does so each time.
    @Test func unknownName_TakesAsLongAsAKnownOne() throws {
        let company = try company(cost: PasswordCost(logN: 10, blockSize: 8, parallelism: 1)!)
        var ratios: [Double] = []
        repeat {
            var times: [String: [Duration]] = [:]
            for _ in 0..<15 {
                for user in ["ann", "nobody"] {
                    // The guesses before are forgotten.
                    clock.pass(seconds: 2000)
                    let began = ContinuousClock.now
                    #expect(try guess(company, at: user).code == "wrong_password")
                    times[user, default: []].append(ContinuousClock.now - began)
                }
            }
            ratios.append(times["ann"]!.sorted()[7] / times["nobody"]!.sorted()[7])
        } while !(0.6...1.6).contains(ratios.last!) && ratios.count < 4
        #expect((0.6...1.6).contains(ratios.last!), "\(ratios)")
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

    @Test func accountsStreams_AreCountedWhereverTheyComeFrom() throws {
        var settings = ChatService.Settings()
        settings.streamsPerAccount = 2
        let company = try Company.whole(settings: settings)
        let (token, session) = (try company.token(of: "owner"), try company.session(of: "owner"))
        let open = try [token, session].map { try TestStream(company.server, "/rooms/hall/events", $0.shows) }
        #expect(open.map(\.head.status) == [200, 200])
        #expect(try company.ask(token, "GET", "/rooms/hall/events").code == "too_many_streams")
        #expect(
            try TestStream(company.server, "/rooms/hall/events", company.session(of: "member").shows).head.status == 200
        )
        #expect(try TestStream(company.server, "/rooms/hall/events", []).head.status == 200)
    }

    @Test func accountsRooms_AreCounted() throws {
        var settings = ChatService.Settings()
        settings.roomsPerAccount = 2
        let company = try Company.whole(settings: settings)
        let member = try company.session(of: "member")
        #expect(
            try ["a", "b", "c", "a"].map { try company.ask(member, "PUT", "/rooms/\($0)", #"{"title":"x"}"#).status }
                == [200, 200, 409, 200])
    }
}
