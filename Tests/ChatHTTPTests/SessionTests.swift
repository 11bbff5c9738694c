import Chat
import ChatIdentity
import ChatStreams
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import ChatHTTP

/// Signing in and out, as people do in a browser.
@Suite struct SessionTests {
    private func signIn(
        _ company: Company, _ user: String, _ password: String = Company.password, _ headers: String...
    ) throws -> TestAnswer {
        try company.server.send(
            TestRequest(
                "POST", "/session", headers: ["Content-Type: application/json"] + headers,
                body: #"{"user":"\#(user)","password":"\#(password)"}"#))
    }

    private func cookie(_ answer: TestAnswer) throws -> String {
        let set = try #require(answer["Set-Cookie"])
        return String(set.prefix { $0 != ";" })
    }

    @Test func signingIn_GivesACookieThatSpeaksForTheAccount() throws {
        let company = try Company()
        try company.addAccount("Ann")
        let answer = try signIn(company, "ann")
        #expect(answer.status == 200)
        #expect(answer.json["user"] as? String == "Ann")
        #expect(answer.json["guest"] as? Bool == false)
        let set = try #require(answer["Set-Cookie"])
        #expect(set.hasPrefix("roomcast=rcs_"))
        for attribute in ["Path=/", "HttpOnly", "SameSite=Lax"] { #expect(set.contains("; \(attribute)")) }
        #expect(!set.contains("Secure"))
        let cookie = "Cookie: \(try cookie(answer))"
        let posted = try company.server.send(
            .json(#"{"text":"hi"}"#, cookie, "Sec-Fetch-Site: same-origin"))
        #expect(posted.status == 201)
        #expect(posted.json["user"] as? String == "Ann")
        #expect(posted.json["guest"] == nil)
        #expect(try company.server.get("/session", cookie).json["role"] as? String == "member")
    }

    private func secureCompany() throws -> Company {
        var settings = ChatService.Settings()
        settings.publicURL = "https://chat.example"
        let company = try Company(settings: settings)
        for name in ["ann", "eve"] { try company.addAccount(name) }
        return company
    }

    private func allCookies(_ answer: TestAnswer) -> [String] {
        answer.headers.filter { $0.name.lowercased() == "set-cookie" }.map { $0.value }
    }

    @Test func cookie_IsForTLSAndThisHostOnly_WhereTheServerIsFoundByIt() throws {
        let company = try secureCompany()
        let set = try allCookies(signIn(company, "ann"))
        try #require(set.count == 2)
        #expect(set[0].hasPrefix("__Host-roomcast=rcs_"))
        // Without any of the first two, or with the third, a browser would not take it (RFC 6265bis).
        #expect(set[0].contains("; Secure") && set[0].contains("; Path=/;") && !set[0].contains("Domain"))
        // One of before must not stay beside it.
        #expect(set[1].hasPrefix("roomcast=; ") && set[1].contains("Max-Age=0"))
    }

    /// Another host of the same domain can set the plain one.
    @Test func cookieThatOnlyThisHostCanSet_IsTheOneThatCounts() throws {
        let company = try secureCompany()
        let own = try cookie(signIn(company, "ann"))
        let planted = try cookie(signIn(company, "eve")).replacing("__Host-", with: "")
        for cookies in ["\(planted); \(own)", "\(own); \(planted)"] {
            #expect(try company.server.get("/session", "Cookie: \(cookies)").json["user"] as? String == "ann")
        }
        // Who has signed in before there was another stays signed in.
        #expect(try company.server.get("/session", "Cookie: \(planted)").json["user"] as? String == "eve")
    }

    @Test func signingOut_ClearsBothCookies() throws {
        let company = try secureCompany()
        let own = try cookie(signIn(company, "ann"))
        let answer = try company.server.send(
            TestRequest("DELETE", "/session", headers: ["Cookie: \(own)", "Sec-Fetch-Site: same-origin"]))
        #expect(answer.status == 204)
        let set = allCookies(answer)
        #expect(set.map { String($0.prefix { $0 != ";" }) }.sorted() == ["__Host-roomcast=", "roomcast="])
        #expect(set.allSatisfy { $0.contains("Max-Age=0") && $0.contains("; Secure") })
        #expect(try company.server.get("/session", "Cookie: \(own)").json["guest"] as? Bool == true)
    }

    @Test(arguments: [
        ("127.0.0.1", "https", true), ("127.0.0.1", "HTTPS", true), ("127.0.0.1", "http, https", true),
        ("127.0.0.1", "https, http", false), ("127.0.0.1", "http", false), ("192.0.2.1", "https", false),
    ])
    func trustedProxy_SaysThatTheBrowserSpeaksTLS(proxy: String, scheme: String, isSecure: Bool) throws {
        var settings = ChatService.Settings()
        settings.trustedProxies = [try AddressBlock(proxy)]
        let company = try Company(settings: settings)
        try company.addAccount("ann")
        let set = try signIn(company, "ann", Company.password, "X-Forwarded-Proto: \(scheme)")["Set-Cookie"]
        #expect(set?.hasPrefix(isSecure ? "__Host-roomcast=" : "roomcast=") == true)
        #expect(set?.contains("; Secure") == isSecure)
    }

    @Test(arguments: [("ann", "wrong password"), ("nobody", Company.password), ("ann", "short"), ("", "12345678")])
    func wrongNameOrPassword_IsOneAnswer(user: String, password: String) throws {
        let company = try Company()
        try company.addAccount("ann")
        let answer = try signIn(company, user, password)
        answer.expectProblem(401, "wrong_password", "signing in")
        #expect(answer.json["detail"] as? String == "No account has this name and this password.")
        #expect(answer["Set-Cookie"] == nil)
    }

    @Test func signingOut_EndsTheSession() throws {
        let company = try Company()
        try company.addAccount("ann")
        let shows = ["Cookie: \(try cookie(signIn(company, "ann")))", "Sec-Fetch-Site: same-origin"]
        let out = try company.server.send(TestRequest("DELETE", "/session", headers: shows))
        #expect(out.status == 204)
        #expect(out["Set-Cookie"]?.contains("Max-Age=0") == true)
        let after = try company.server.send(.json(#"{"text":"hi"}"#, shows[0], shows[1]))
        after.expectProblem(401, "session_over", "a post with a cookie that is over")
        #expect(after["Set-Cookie"]?.contains("Max-Age=0") == true)
        // Reading goes on as a guest.
        let reads = try company.server.get("/rooms/lobby/messages", shows[0])
        #expect(reads.status == 200)
        #expect(reads["Set-Cookie"]?.contains("Max-Age=0") == true)
    }

    @Test func newPassword_EndsAllOtherSessions() throws {
        let company = try Company()
        try company.addAccount("ann")
        let here = "Cookie: \(try cookie(signIn(company, "ann")))"
        let there = "Cookie: \(try cookie(signIn(company, "ann")))"
        #expect((try company.server.get("/sessions", here).json["sessions"] as? [Any])?.count == 2)
        let changed = try company.server.send(
            TestRequest(
                "PATCH", "/accounts/ann",
                headers: [here, "Sec-Fetch-Site: same-origin", "Content-Type: application/json"],
                body: #"{"password":"another one","old_password":"\#(Company.password)"}"#))
        #expect(changed.status == 204)
        #expect(try company.server.get("/session", here).json["guest"] as? Bool == false)
        #expect(try company.server.get("/session", there).json["guest"] as? Bool == true)
        #expect(try signIn(company, "ann").status == 401)
        #expect(try signIn(company, "ann", "another one").status == 200)
    }

    @Test func newPassword_NeedsThePresentOne() throws {
        let company = try Company()
        try company.addAccount("ann")
        let ann = try company.session(of: "ann")
        #expect(try company.ask(ann, "PATCH", "/accounts/ann", #"{"password":"another one"}"#).status == 422)
        #expect(
            try company.ask(
                ann, "PATCH", "/accounts/ann", #"{"password":"another one","old_password":"a wrong one"}"#
            ).code == "wrong_password")
    }

    /// What was right when a check began may not be so at its end.
    @Test(arguments: [("POST", "/session"), ("PATCH", "/accounts/ann"), ("GET", "/rooms")])
    func passwordChangedWhileItIsChecked_CountsNoMore(method: String, path: String) throws {
        let company = try Company()
        let ann = try company.addAccount("ann")
        let session = try company.session(of: "ann")
        let hasher = company.server.service.passwords
        let (gate, later) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let isBehind = DispatchSemaphore(value: 0)
        try hasher.hash(Password(Company.password)) { _ in gate.wait() }
        let connection = try company.server.connect()
        switch method {
        case "POST":
            try connection.send(.json(#"{"user":"ann","password":"\#(Company.password)"}"#, to: path))
        case "PATCH":
            let body = #"{"password":"another one","old_password":"\#(Company.password)"}"#
            try connection.send(
                TestRequest(
                    method, path, headers: session.shows + ["Content-Type: application/json"], body: body))
        default: try connection.send(TestRequest(method, path, headers: company.password(of: "ann").shows))
        }
        try waitUntil("the check waits") { hasher.pending == 2 }
        // The new password is hashed after the present one was right; it waits behind this.
        if method == "PATCH" {
            try hasher.hash(Password(Company.password)) { _ in
                isBehind.signal()
                later.wait()
            }
            gate.signal()
            isBehind.wait()
        }
        try company.act(.setPassword(ann, hash: "$changed$", keepingSession: nil))
        for semaphore in [gate, later] { semaphore.signal() }
        try connection.answer().expectProblem(401, "wrong_password", "\(method) \(path)")
        #expect(company.server.hub.access.look { $0.sessions(of: ann) }.isEmpty)
        #expect(company.server.hub.access.look { $0.account(ann)?.passwordHash } == "$changed$")
    }

    /// Signing in commits a session after the check; a password that was changed in between has ended all others.
    @Test func addressBannedWhileAPasswordIsChecked_PostsNothing() throws {
        let company = try Company()
        _ = try company.addAccount("ann")
        let hasher = company.server.service.passwords
        let gate = DispatchSemaphore(value: 0)
        try hasher.hash(Password(Company.password)) { _ in gate.wait() }
        let connection = try company.server.connect()
        try connection.send(
            TestRequest(
                "POST", "/rooms/lobby", headers: company.password(of: "ann").shows + ["Content-Type: text/plain"],
                body: "hi"))
        try waitUntil("the check waits") { hasher.pending == 2 }
        try company.act(.banAddress(network: "127.0.0.1"))
        let stored = company.server.stored
        gate.signal()
        try connection.answer().expectProblem(403, "banned", "POST")
        #expect(company.server.stored == stored)
    }

    @Test func sessionOfAPasswordThatIsOver_IsEndedAtOnce() throws {
        let company = try Company()
        let ann = try company.addAccount("ann")
        let before = try #require(company.server.hub.access.look { $0.account(ann) })
        try company.act(.setPassword(ann, hash: "$changed$", keepingSession: nil))
        let refusal = Mutex<Problem?>(nil)
        let done = DispatchSemaphore(value: 0)
        company.server.service.beginSession(of: before, agent: "a test") { result in
            if case .failure(let problem) = result { refusal.withLock { $0 = problem } }
            done.signal()
        }
        done.wait()
        #expect(refusal.withLock { $0?.code } == "wrong_password")
        #expect(company.server.hub.access.look { $0.sessions(of: ann) }.isEmpty)
    }

    @Test func sessions_AreListedAndEndedOneByOne() throws {
        let company = try Company()
        try company.addAccount("ann")
        try company.addAccount("bob")
        let (ann, other) = (try company.session(of: "ann"), try company.session(of: "ann"))
        let sessions = try #require(try company.ask(ann, "GET", "/sessions").json["sessions"] as? [[String: Any]])
        let id = try #require(sessions.first { $0["current"] == nil }?["id"] as? String)
        // Another's cannot be ended, nor told from one that is not there.
        #expect(try company.ask(company.session(of: "bob"), "DELETE", "/sessions/\(id)").code == "session_not_found")
        #expect(try company.ask(ann, "DELETE", "/sessions/\(id)").status == 204)
        #expect(try company.ask(other, "GET", "/session").json["guest"] as? Bool == true)
        #expect(try company.ask(ann, "GET", "/session").json["guest"] as? Bool == false)
    }

    // MARK: Guests

    @Test func guestSession_KeepsTheGuestTheSame() throws {
        let company = try Company()
        let answer = try company.server.send(.json(#"{"user":"Gus"}"#, to: "/session"))
        #expect(answer.status == 200)
        let cookie = "Cookie: \(try cookie(answer))"
        let posted = try company.server.send(.json(#"{"text":"hi"}"#, cookie, "Sec-Fetch-Site: same-origin"))
        #expect(posted.json["user"] as? String == "Gus")
        #expect(posted.json["guest"] as? Bool == true)
        let tampered = cookie.replacing("rcg_", with: "rcg_A")
        #expect(
            try company.server.send(.json(#"{"text":"hi"}"#, tampered, "Sec-Fetch-Site: same-origin")).status == 401)
    }

    /// Somebody has signed in from another tab since it was written.
    @Test func postOfOnePerson_WithTheCookieOfAnother_IsRefused() throws {
        let company = try Company.whole()
        let member = try company.session(of: "member")
        for name in ["other", "gus", String(repeating: "m", count: 2000)] {
            let answer = try company.ask(member, "POST", "/rooms/hall", #"{"text":"hi","user":"\#(name)"}"#)
            #expect(answer.status == 409 && answer.code == "other_account", "\(name): \(answer)")
        }
        for name in ["member", "Member"] {
            #expect(
                try company.ask(member, "POST", "/rooms/hall", #"{"text":"hi","user":"\#(name)"}"#).status == 201)
        }
        // A program's token says by itself who it is.
        let token = try company.token(of: "member")
        #expect(try company.ask(token, "POST", "/rooms/hall", #"{"text":"hi","user":"gus"}"#).status == 201)
    }

    @Test(arguments: ["ann", "Ann", "ａnn", "аnn", "a\u{200b}nn", " ann "])
    func guest_CannotTakeAnAccountsName(name: String) throws {
        let company = try Company()
        try company.addAccount("Ann")
        for (target, fields) in [("/rooms/lobby", ["text": "hi", "user": name]), ("/session", ["user": name])] {
            let body = String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
            let answer = try company.server.send(.json(body, to: target))
            #expect(answer.code == "name_taken" || answer.code == "bad_user_name", "\(name) at \(target): \(answer)")
        }
        #expect(company.server.stored == 0)
    }

    @Test func guestsSwitchedOff_LetOnlyAccountsIn() throws {
        var settings = ChatService.Settings()
        settings.admitsGuests = false
        let company = try Company(settings: settings)
        try company.addAccount("ann")
        for request in [
            TestRequest.text("hi"), TestRequest("GET", "/rooms"), TestRequest("GET", "/rooms/lobby/events"),
            TestRequest.json(#"{"user":"gus"}"#, to: "/session"),
        ] {
            #expect(try company.server.send(request).code == "sign_in_required", "\(request)")
        }
        #expect(try company.ask(company.session(of: "ann"), "POST", "/rooms/lobby", #"{"text":"hi"}"#).status == 201)
        #expect(try company.server.get("/session").json["guests"] as? Bool == false)
        #expect(try company.server.get("/healthz").status == 200)
    }

    // MARK: Signing up

    @Test func signUp_IsForWhomTheServerSays() throws {
        let body = #"{"user":"Eve","password":"a long one"}"#
        for (signUp, status) in [(SignUp.closed, 403), (.invite, 403), (.open, 201)] {
            var settings = ChatService.Settings()
            settings.signUp = signUp
            let company = try Company(settings: settings)
            let answer = try company.server.send(.json(body, to: "/accounts"))
            #expect(answer.status == status)
            guard status == 201 else { continue }
            #expect(answer.json["user"] as? String == "Eve")
            #expect(try company.server.get("/session", "Cookie: \(cookie(answer))").json["role"] as? String == "member")
            #expect(try company.server.send(.json(body, to: "/accounts")).code == "name_taken")
        }
    }

    @Test func invitation_IsGoodForItsCount_AndNoMore() throws {
        let company = try Company()
        try company.addAccount("admin", role: .admin)
        let admin = try company.session(of: "admin")
        let invite = try #require(
            try company.ask(admin, "POST", "/invites", #"{"uses":2,"days":1}"#).json["invite"] as? String)
        for (name, status) in [("a1", 201), ("a2", 201), ("a3", 404)] {
            let answer = try company.server.send(
                .json(#"{"user":"\#(name)","password":"a long one","invite":"\#(invite)"}"#, to: "/accounts"))
            #expect(answer.status == status, "\(answer)")
        }
        let members = try #require(try company.ask(admin, "GET", "/accounts").json["accounts"] as? [[String: Any]])
        #expect(members.compactMap { $0["role"] as? String } == ["admin", "member", "member"])
    }

    @Test func accounts_AreThereAfterARestart() throws {
        let folder = TemporaryFolder()
        var person: Company.Person?
        do {
            let company = try Company(in: folder)
            try company.addAccount("ann")
            person = try company.token(of: "ann")
            try company.act(
                .configureRoom(
                    {
                        var change = RoomChange(RoomName(stored: "plans"))
                        change.visibility = .private
                        return change
                    }(), mayMake: true), by: .account(company.account("ann")))
            company.server.drain()
        }
        let company = try Company(in: folder)
        #expect(try company.ask(person!, "POST", "/rooms/plans", #"{"text":"hi"}"#).status == 201)
        #expect(try signIn(company, "ann").status == 200)
        #expect(try company.server.get("/rooms/plans/messages").status == 404)
    }
}
