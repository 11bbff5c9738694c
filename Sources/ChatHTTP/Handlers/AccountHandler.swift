internal import Chat
internal import ChatIdentity
internal import MicroHTTPD

/// `/accounts`: signing up, and what an admin, or the account itself, changes about one.
enum AccountHandler {
    private struct SignUpBody: JSONFields {
        var user: String
        var password: String
        var invite: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case user, password, invite
        }
    }

    private struct Change: JSONFields {
        var password: String?
        var oldPassword: String?
        var role: Account.Role?
        var disabled: Bool?
        var why: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case password
            case oldPassword = "old_password"
            case role, disabled, why
        }
    }

    static func post(_ call: borrowing Call) throws(Problem) -> Answer {
        // Each costs a hash.
        try call.exchange.admitAsPost(of: nil)
        let body = try JSONBody.decode(
            SignUpBody.self, from: call.request.body, like: #"{"user": "ann", "password": "…", "invite": "rci_…"}"#)
        let service = call.service
        var invite: Invite?
        let secret = body.invite.flatMap { Secret($0) }
        if let secret, secret.kind == .link {
            return try makeFirst(body, secret, call)
        } else if body.invite != nil {
            let hash = secret.map { $0.hash.description }
            invite = hash.flatMap { hash in service.directory.look { $0.invite(withHash: hash) } }
            guard invite != nil else { throw Problem(.inviteNotFound) }
        } else if service.settings.signUp != .open {
            throw Problem(
                .notAllowed(
                    reason: service.settings.signUp == .invite
                        ? "an account needs an invitation here" : "nobody may sign up here; ask whoever runs the server"
                ))
        }
        return try make(body, role: invite?.role ?? .member, invite: invite?.hash, by: .nobody, call)
    }

    /// Whoever was shown the link that the server prints at its start, as long as there is no account.
    private static func makeFirst(_ body: SignUpBody, _ secret: Secret, _ call: borrowing Call) throws(Problem)
        -> Answer
    {
        let service = call.service
        guard let first = service.firstAccount, service.directory.look({ $0.allAccounts.isEmpty }),
            first.take(secret)
        else { throw Problem(.inviteNotFound) }
        do throws(Problem) {
            return try make(body, role: .admin, invite: nil, by: .operator, call) { first.giveBack() }
        } catch {
            first.giveBack()
            throw error
        }
    }

    private static func make(
        _ body: SignUpBody, role: Account.Role, invite: String?, by actor: AccessAction.Actor, _ call: borrowing Call,
        failed: @escaping @Sendable () -> Void = {}
    ) throws(Problem) -> Answer {
        let service = call.service
        let name = try name(body.user)
        if service.identity.isTaken(name.text) { throw Problem(.nameTaken(name.text)) }
        let password = try password(body.password)
        let (agent, isSecure) = (call.agent, call.isSecure)
        return .later { suspended in
            service.hash(password, answering: suspended, orElse: failed) { hash in
                let work = AccessAction.Work.createAccount(
                    name: name.text, key: name.key.text, role: role, passwordHash: hash, invite: invite)
                service.log.append(AccessAction(work, by: actor, at: service.now())) { result in
                    switch result {
                    case .failure(let error):
                        failed()
                        suspended.resume(with: { Problem(changing: error).response })
                    case .success(let id):
                        let account = service.directory.look { $0.account(AccountID(rawValue: id.rawValue)) }
                        guard let account else { return suspended.resume(with: { Response(status: 201) }) }
                        service.start(account, agent: agent, status: 201, isSecure: isSecure, answering: suspended)
                    }
                }
            }
        }
    }

    /// For admins.
    static func list(_ call: borrowing Call) throws(Problem) -> Answer {
        try call.requireAdmin()
        let accounts = call.service.directory.look { $0.allAccounts }
        var json = JSONObject()
        json.set("accounts", listOf: accounts.map { object($0).bytes() })
        return .now(.json(json.bytes()))
    }

    static func patch(_ call: borrowing Call) throws(Problem) -> Answer {
        let (asker, id) = try call.signedInAccount()
        let change = try JSONBody.decode(
            Change.self, from: call.request.body,
            like: #"{"password": "…", "old_password": "…"} or, by an admin, {"role": "admin", "disabled": true}"#)
        let service = call.service
        let isAdmin = service.directory.look { $0.isAdmin(asker) }
        // Whoever may not look after accounts learns nothing of which there are.
        guard isAdmin || NameKey(call.captures[0]).text == service.directory.look({ $0.account(id)?.key }) else {
            throw Problem(.notAllowed(reason: "only an admin of the server may change another's account"))
        }
        let account = try call.account(named: call.captures[0])
        let why = try call.reason(change.why)
        let given = [change.password != nil, change.role != nil, change.disabled != nil].filter { $0 }.count
        guard given == 1 else {
            throw Problem(422, "one_change", "Give one of \"password\", \"role\" and \"disabled\".")
        }
        if let role = change.role {
            return try service.perform(.setRole(account.id, role), by: .account(id), why: why) { _ in
                Response(status: 204)
            }
        }
        if let isDisabled = change.disabled {
            return try service.perform(.setDisabled(account.id, isDisabled), by: .account(id), why: why) { _ in
                Response(status: 204)
            }
        }
        // Each costs two hashes.
        try call.exchange.admitAsPost(of: id)
        var kept: String?
        if account.id == id, case .session(let hash, _) = asker.credential { kept = hash }
        let new = try password(change.password ?? "")
        let (client, keeping) = (call.client, kept)
        let mustProve = account.id == id
        if mustProve && change.oldPassword == nil {
            throw Problem(422, "missing_field", "\"old_password\" is missing: your present password.")
        }
        let old = change.oldPassword ?? ""
        return .later { suspended in
            /// - Parameter proven: whose present password was shown.
            @Sendable func set(proven: Account? = nil) {
                service.hash(new, answering: suspended) { hash in
                    guard proven.map(service.signIn.isCurrent) ?? true else {
                        return suspended.resume(with: { PasswordSignIn.refusal.response })
                    }
                    let work = AccessAction.Work.setPassword(account.id, hash: hash, keepingSession: keeping)
                    service.log.append(AccessAction(work, by: .account(id), at: service.now(), why: why)) { result in
                        suspended.resume(with: {
                            if case .failure(let error) = result { return Problem(changing: error).response }
                            return Response(status: 204)
                        })
                    }
                }
            }
            guard mustProve else { return set() }
            service.signIn.check(account.name, old, from: client) { result in
                switch result {
                case .failure(let problem): suspended.resume(with: { problem.response })
                case .success(let account): set(proven: account)
                }
            }
        }
    }

    static func name(_ given: String) throws(Problem) -> AccountName {
        do throws(AccountNameError) {
            return try AccountName(given)
        } catch {
            throw Problem(422, "bad_user_name", "The name cannot be used: \(error.reason).")
        }
    }

    static func password(_ given: String) throws(Problem) -> Password {
        do throws(PasswordError) {
            return try Password(given)
        } catch {
            throw Problem(422, "bad_password", "The password cannot be used: \(error.reason).")
        }
    }

    static func object(_ account: Account) -> JSONObject {
        var json = JSONObject()
        json.set("user", account.name)
        json.set("role", account.role.rawValue)
        json.set("created_at", account.createdAt)
        if account.isDisabled { json.set("disabled", true) }
        return json
    }
}

extension ChatService {
    /// Hashes a password, away from the loop, and goes on; answers by itself when too many others wait.
    func hash(
        _ password: Password, answering suspended: SuspendedRequest, orElse failed: () -> Void = {},
        then completion: @escaping @Sendable (String) -> Void
    ) {
        do throws(BusyError) {
            try passwords.hash(password) { completion($0.text) }
        } catch {
            failed()
            suspended.resume(with: { Problem(503, "busy", error.reason).with(Header("Retry-After", "3")).response })
        }
    }
}
