internal import Chat
internal import ChatIdentity
internal import MicroHTTPD

/// `/session`: signing in and out, with an account's name and password or, without a password, as a guest; `/sessions`: where an account
/// is signed in.
enum SessionHandler {
    private struct Body: JSONFields {
        var user: String
        var password: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case user, password
        }
    }

    private static let example = #"{"user": "ann", "password": "…"}, or without a password as a guest"#
    /// How long a browser is to keep the cookie: as long as it keeps any. The session ends when the server says so.
    static let cookieDays = 400
    private static let guestDays = 365

    /// Who asks, as the server takes them.
    static func get(_ call: borrowing Call) throws(Problem) -> Answer {
        // Also whoever must sign in is told how they can.
        let asker: Asker
        if case .known(let known) = call.identification {
            asker = known
        } else {
            asker = call.service.identity.anonymousGuest(at: call.client)
        }
        return .now(.json(object(asker, call.service).bytes()))
    }

    static func post(_ call: borrowing Call) throws(Problem) -> Answer {
        let body = try JSONBody.decode(Body.self, from: call.request.body, like: example)
        let service = call.service
        guard let password = body.password else { return try signInGuest(named: body.user, call) }
        let (client, agent, isSecure) = (call.client, call.agent, call.isSecure)
        return .later { suspended in
            service.signIn.check(body.user, password, from: client) { result in
                switch result {
                case .failure(let problem): suspended.resume(with: { problem.response })
                case .success(let account):
                    service.start(account, agent: agent, isSecure: isSecure, answering: suspended)
                }
            }
        }
    }

    private static func signInGuest(named name: String, _ call: borrowing Call) throws(Problem) -> Answer {
        let service = call.service
        guard service.settings.admitsGuests else {
            throw Problem(401, "sign_in_required", "This server lets in accounts only: give a password, too.")
                .with(IdentityResolver.challenge)
        }
        let sender = try service.identity.guest(named: name).sender
        let expiry = service.now() + .days(guestDays)
        // Another name in the same browser is the same guest, so that what they wrote stays theirs.
        var guest = SignedGuest(named: sender.name, expiresAt: expiry)
        if let value = SessionCookie.value(in: call.request.headers("Cookie")),
            let before = service.identity.guest(in: value)
        {
            guest = SignedGuest(continuing: before, named: sender.name, expiresAt: expiry)
        }
        guard let value = service.identity.sign(guest),
            let same = try? Sender.guest(named: guest.name, session: guest.session)
        else { throw Problem(500, "internal", "The session cannot be signed.") }
        let asker = Asker(same, by: .guestSession(guest.session), until: guest.expiresAt)
        var response = Response.json(object(asker, service).bytes())
        response.headers += SessionCookie.setting(value, days: guestDays, isSecure: call.isSecure)
        return .now(response)
    }

    static func delete(_ call: borrowing Call) throws(Problem) -> Answer {
        let clearing = SessionCookie.clearing(isSecure: call.isSecure)
        guard case .known(let asker) = call.identification, case .session(let hash, let account) = asker.credential
        else { return .now(Response(status: 204, headers: clearing)) }
        return try call.service.perform(.endSession(hash: hash), by: .account(account)) { _ in
            Response(status: 204, headers: clearing)
        }
    }

    // MARK: All of an account's

    static func list(_ call: borrowing Call) throws(Problem) -> Answer {
        let (asker, id) = try call.signedInAccount()
        var current: String?
        if case .session(let hash, _) = asker.credential { current = hash }
        let time = call.service.now()
        let sessions = call.service.directory.look { $0.sessions(of: id) }.filter { $0.expiresAt > time }
        var json = JSONObject()
        json.set(
            "sessions",
            listOf: sessions.map { session in
                var object = JSONObject()
                object.set("id", session.publicID)
                object.set("started_at", session.startedAt)
                object.set("expires_at", session.expiresAt)
                object.set("agent", session.agent)
                if session.hash == current { object.set("current", true) }
                return object.bytes()
            })
        return .now(.json(json.bytes()))
    }

    static func deleteOne(_ call: borrowing Call) throws(Problem) -> Answer {
        let (_, id) = try call.signedInAccount()
        let named = call.captures[0]
        let found = call.service.directory.look { $0.sessions(of: id).first { $0.publicID == named } }
        guard let found else { throw Problem(.sessionNotFound) }
        return try call.service.perform(.endSession(hash: found.hash), by: .account(id)) { _ in Response(status: 204) }
    }

    static func object(_ asker: Asker, _ service: ChatService) -> JSONObject {
        var json = JSONObject()
        json.set("user", asker.sender.name)
        json.set("guest", asker.isGuest)
        if let id = asker.account, let account = service.directory.look({ $0.account(id) }) {
            json.set("role", account.role.rawValue)
        }
        json.set("sign_up", service.settings.signUp.rawValue)
        json.set("guests", service.settings.admitsGuests)
        json.set("may_make_rooms", service.mayMakeRooms(asker))
        return json
    }
}

extension ChatService {
    /// Makes a session, and answers with its cookie. Any thread.
    func start(
        _ account: Account, agent: String, status: Int = 200, isSecure: Bool, answering suspended: SuspendedRequest
    ) {
        beginSession(of: account, agent: agent) { [self] result in
            suspended.resume(with: {
                switch result {
                case .failure(let problem): return problem.response
                case .success(let (asker, secret)):
                    var response = Response.json(SessionHandler.object(asker, self).bytes())
                    response.status = status
                    response.headers += SessionCookie.setting(
                        secret.text, days: SessionHandler.cookieDays, isSecure: isSecure)
                    return response
                }
            })
        }
    }

    /// Makes a session for whoever has just shown an account's password. Any thread; never waits.
    ///
    /// A session that the browser had before is never used again: whoever put it there knows nothing of the new one.
    func beginSession(
        of account: Account, agent: String,
        completion: @escaping @Sendable (Result<(Asker, Secret), Problem>) -> Void
    ) {
        let secret = Secret.random(.session)
        let begun = now()
        let session = Session(
            hash: secret.hash.description, account: account.id, startedAt: begun,
            expiresAt: begun + .days(settings.sessionDays), agent: agent)
        log.append(AccessAction(.startSession(session), by: .account(account.id), at: begun)) { [self] result in
            if case .failure(let error) = result { return completion(.failure(Problem(changing: error))) }
            // A new password ends the sessions that are there, and this one has come behind it.
            guard signIn.isCurrent(account) else {
                let end = AccessAction(.endSession(hash: session.hash), by: .account(account.id), at: now())
                return log.append(end) { _ in completion(.failure(PasswordSignIn.refusal)) }
            }
            completion(.success((Asker(account.sender, by: .session(hash: session.hash, account.id)), secret)))
        }
    }
}
