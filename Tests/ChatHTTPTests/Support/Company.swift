import Chat
import ChatHTTP
import ChatIdentity
import ChatStreams
import Crypto
import Foundation
import Synchronization

/// A server with people of all kinds, and a private room that only some of them may enter.
///
/// The rooms: `secret` is private, `hall` is public, `reading` is public and guests may only read there, `members` is public and closed to
/// guests; `unused` has never been made.
final class Company: Sendable {
    /// What somebody shows with a request.
    struct Person: Sendable {
        let name: String
        /// Header lines.
        let shows: [String]
    }

    static let password = "correct horse battery"
    /// Of that password, at a cost that takes no time.
    private static let quickHash = hash(at: quick)
    private static let quick = PasswordCost(logN: 4, blockSize: 1, parallelism: 1)!

    private static func hash(at cost: PasswordCost) -> String {
        let made = Mutex("")
        let done = DispatchSemaphore(value: 0)
        try! PasswordHasher(cost: cost).hash(Password(password)) { hash in
            made.withLock { $0 = hash.text }
            done.signal()
        }
        done.wait()
        return made.withLock { $0 }
    }
    static let jwtSecret = String(repeating: "k", count: 40)

    let server: TestServer
    private let hash: String
    private let keys: TemporaryFolder
    private let tokens = Mutex<[String: String]>([:])

    /// - Parameter cost: of passwords; none that is worth mentioning if it is not given.
    init(
        in folder: TemporaryFolder? = nil, settings given: ChatService.Settings = .init(), clock: ManualClock? = nil,
        cost: PasswordCost? = nil
    ) throws {
        hash = cost.map(Self.hash) ?? Self.quickHash
        keys = TemporaryFolder()
        keys.write(["jwt.key": Self.jwtSecret])
        var settings = given
        settings.passwordCost = cost ?? Self.quick
        settings.jwt = try JWTVerifier(
            keyFile: keys.path + "/jwt.key", now: { TestServer.time }, keysChanged: { _ in })
        server = try TestServer(in: folder, settings: settings, clock: clock)
    }

    /// The same people in each test.
    static func whole(settings: ChatService.Settings = .init()) throws -> Company {
        let company = try Company(settings: settings)
        for name in ["owner", "moderator", "member", "banned", "other", "former"] { try company.addAccount(name) }
        try company.addAccount("admin", role: .admin)
        let owner = try company.account("owner")
        for (room, change) in Self.rooms {
            var settings = RoomSettings(RoomName(stored: room))
            change(&settings)
            try company.act(.configureRoom(RoomChange(to: settings), mayMake: true), by: .account(owner))
        }
        for (name, role) in [("moderator", RoomRole.moderator), ("member", .member), ("banned", .banned)] {
            for room in ["secret", "hall"] {
                try company.act(.setMember(RoomName(stored: room), company.account(name), role), by: .account(owner))
            }
        }
        try company.act(.setMember(RoomName(stored: "hall"), company.account("other"), .member), by: .account(owner))
        try company.act(.setDisabled(company.account("former"), true), by: .operator)
        return company
    }

    /// A private room with people like those of `secret`, unless there is one.
    func makeSecret(_ name: String) throws {
        let (room, owner) = (RoomName(stored: name), AccessAction.Actor.account(try account("owner")))
        var settings = RoomSettings(room)
        settings.visibility = .private
        try act(.configureRoom(RoomChange(to: settings), mayMake: true), by: owner)
        for (name, role) in [("moderator", RoomRole.moderator), ("member", .member), ("banned", .banned)] {
            try act(.setMember(room, account(name), role), by: owner)
        }
    }

    private static let rooms: [(String, @Sendable (inout RoomSettings) -> Void)] = [
        ("secret", { $0.visibility = .private }), ("hall", { _ in }), ("reading", { $0.guests = .read }),
        ("members", { $0.guests = .none }),
    ]

    @discardableResult
    func act(_ work: AccessAction.Work, by actor: AccessAction.Actor = .operator) throws -> EntryID {
        let outcome = Mutex<Result<EntryID, AppendError>?>(nil)
        let done = DispatchSemaphore(value: 0)
        server.log.append(AccessAction(work, by: actor, at: TestServer.time)) { result in
            outcome.withLock { $0 = result }
            done.signal()
        }
        guard done.wait(timeout: .now() + 30) == .success else { throw TestFailure("the log does not answer") }
        return try outcome.withLock { $0! }.get()
    }

    @discardableResult
    func addAccount(_ name: String, role: Account.Role = .member) throws -> AccountID {
        let checked = try AccountName(name)
        let id = try act(
            .createAccount(
                name: checked.text, key: checked.key.text, role: role, passwordHash: hash, invite: nil))
        return AccountID(rawValue: id.rawValue)
    }

    func account(_ name: String) throws -> AccountID {
        let key = NameKey(name).text
        guard let found = server.hub.access.look({ $0.account(withKey: key)?.id }) else {
            throw TestFailure("no account \(name)")
        }
        return found
    }

    // MARK: What they show

    func token(
        of name: String, rights: [Scopes.Right] = Scopes.Right.allCases, rooms: [String]? = nil, expired: Bool = false,
        expiresIn seconds: Int64? = nil
    ) throws -> Person {
        let secret = Secret.random(.token)
        let expiry = (expired ? -1 : seconds).map {
            Timestamp(millisecondsSince1970: TestServer.time.millisecondsSince1970 + $0 * 1000)
        }
        try act(
            .createToken(
                hash: secret.hash.description, account: account(name), name: "a test's",
                scopes: Scopes(rights: rights, rooms: rooms?.map(RoomName.init(stored:))),
                expiresAt: expiry))
        return Person(name: name, shows: ["Authorization: Bearer \(secret.text)"])
    }

    /// - Parameter seconds: from now until it is over.
    func session(of name: String, seconds: Int64 = 86_400) throws -> Person {
        let secret = Secret.random(.session)
        let account = try account(name)
        let end = Timestamp(millisecondsSince1970: TestServer.time.millisecondsSince1970 + seconds * 1000)
        try act(
            .startSession(
                Session(
                    hash: secret.hash.description, account: account, startedAt: TestServer.time, expiresAt: end,
                    agent: "a test")), by: .account(account))
        return Person(name: name, shows: ["Cookie: roomcast=\(secret.text)", "Sec-Fetch-Site: same-origin"])
    }

    func password(of name: String, _ password: String = Company.password) -> Person {
        Person(
            name: name, shows: ["Authorization: Basic \(Data("\(name):\(password)".utf8).base64EncodedString())"])
    }

    /// A JSON Web Token of HS256.
    func jwt(
        _ subject: String, rooms: Any? = nil, expiresIn seconds: Int64 = 600, header: [String: Any] = [:],
        secret: String = Company.jwtSecret
    ) throws -> Person {
        let now = TestServer.time.millisecondsSince1970 / 1000
        var claims: [String: Any] = ["sub": subject, "name": subject, "exp": now + seconds]
        if let rooms { claims["rooms"] = rooms }
        let head = ["alg": "HS256", "typ": "JWT"].merging(header) { $1 as Any }
        let parts = try [head, claims].map { try JSONSerialization.data(withJSONObject: $0).base64URL }
        let signed = parts.joined(separator: ".")
        let code = HMAC<SHA256>.authenticationCode(
            for: Data(signed.utf8), using: SymmetricKey(data: Data(secret.utf8)))
        return Person(name: subject, shows: ["Authorization: Bearer \(signed).\(Data(code).base64URL)"])
    }

    static let guest = Person(name: "guest", shows: [])

    // MARK: Asking

    func ask(
        _ person: Person, _ method: String, _ target: String, _ body: String = "", type: String = "application/json"
    ) throws -> TestAnswer {
        try server.send(
            TestRequest(
                method, target, headers: person.shows + (body.isEmpty ? [] : ["Content-Type: \(type)"]), body: body))
    }
}

extension Data {
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
