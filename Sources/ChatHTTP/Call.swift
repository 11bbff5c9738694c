internal import Chat
internal import ChatIdentity
internal import ChatStreams
internal import MicroHTTPD

/// One request on its way to a handler: with its target taken apart and the service at hand.
struct Call: ~Copyable {
    let request: Request
    let service: ChatService
    let exchange: Exchange
    let target: RequestTarget
    /// What the route's placeholders stand for, in their order.
    let captures: [String]
    /// What was shown.
    var identification: IdentityResolver.Identification
    /// See `Route.isOfRoom`.
    let isOfRoom: Bool

    /// Who asks, behind whatever trusted proxies.
    var client: IPAddress { exchange.client }

    var isSecure: Bool { exchange.isSecure }

    /// Something has to be found out first that takes time.
    var mustBeHeld: Bool {
        if case .checking = identification { return true }
        return RoomDoor(self) != nil
    }

    /// The account that is asked by, whatever the body has.
    var shownAccount: AccountID? {
        if case .known(let asker) = identification { return asker.account }
        return nil
    }

    var isHead: Bool { request.method == "HEAD" }

    /// Who asks.
    ///
    /// - Parameter nameInBody: the `user` of a post, which wins over `?user=`.
    func asker(nameInBody: String? = nil) throws(Problem) -> Asker {
        if case .known(let asker) = identification {
            if let nameInBody { try Self.require(asker, toBe: nameInBody) }
            return try admitted(asker)
        }
        let name = nameInBody ?? target.argument("user")
        let guest = try name.map { name throws(Problem) in try service.identity.guest(named: name) }
        return try admitted(guest ?? service.identity.anonymousGuest(at: client))
    }

    /// A page says whom it takes itself for beside the cookie that its browser sends, which may be somebody else's by now: signed in from
    /// another tab.
    private static func require(_ asker: Asker, toBe name: String) throws(Problem) {
        guard case .session = asker.credential, asker.sender.name != name else { return }
        let isShort = name.utf8.count <= 16 * Sender.maximumNameLength
        guard isShort, NameKey(name) == NameKey(asker.sender.name) else {
            throw Problem(
                409, "other_account",
                "You are signed in as \(asker.sender.name), and \"user\" says somebody else: leave it out, or sign in as them."
            )
        }
    }

    /// Who asks, for a request that is answered later, or goes on: they are followed to where they ask from.
    func stayingAsker() throws(Problem) -> Asker { staying(try asker()) }

    /// The same of an asker who is known already.
    func staying(_ asker: Asker) -> Asker {
        var asker = asker
        asker.network = client.named
        return asker
    }

    private func admitted(_ asker: Asker) throws(Problem) -> Asker {
        guard service.settings.admitsGuests || !asker.isGuest else {
            throw Problem(401, "sign_in_required", "This server lets in accounts only: sign in, or show a token.")
                .with(IdentityResolver.challenge)
        }
        return asker
    }

    /// Who asks, by an account.
    func account() throws(Problem) -> (asker: Asker, id: AccountID) {
        let asker = try asker()
        guard let id = asker.account else {
            throw Problem(401, "sign_in_required", "This is for accounts: sign in, or show a token.")
                .with(IdentityResolver.challenge)
        }
        return (asker, id)
    }

    /// An account that has signed in, rather than a token, which must not make itself another.
    func signedInAccount() throws(Problem) -> (asker: Asker, id: AccountID) {
        let found = try account()
        if case .token = found.asker.credential {
            throw Problem(.notAllowed(reason: "a token may not do that; sign in"))
        }
        return found
    }

    /// - Throws: for whoever does not look after the server.
    func requireAdmin() throws(Problem) {
        let (asker, _) = try account()
        guard service.directory.look({ $0.isAdmin(asker) }) else {
            throw Problem(.notAllowed(reason: "only an admin of the server may do that"))
        }
    }

    /// The account that a path names, in whatever case. A name that only looks like an account's is somebody else's: people whom an
    /// issuer of JWTs vouches for may have it, and what they have done is not to be held against the account.
    func account(named name: String) throws(Problem) -> Account {
        let key = NameKey(name).text
        guard let account = service.directory.look({ $0.account(withKey: key) }),
            account.name.lowercased() == name.lowercased()
        else { throw Problem(.accountNotFound) }
        return account
    }

    /// The program that asks, as its people know it in the list of their sessions.
    var agent: String {
        String((request.header("User-Agent") ?? "").unicodeScalars.prefix(200).map(Character.init))
    }

    /// Why something is done, as whoever does it says.
    func reason(_ text: String?) throws(Problem) -> String? {
        guard let text, !text.isEmpty else { return nil }
        let limit = AccessAction.maximumReasonLength
        guard text.unicodeScalars.count <= limit else {
            throw Problem(422, "reason_too_long", "\"why\" has more than \(limit) characters.").with(
                limit: limit, size: text.unicodeScalars.count)
        }
        return text
    }

    /// The room in the path.
    func room() throws(Problem) -> RoomName {
        do throws(ChatError) {
            return try RoomName(captures[0])
        } catch {
            throw Problem(error)
        }
    }

    /// An argument that is a whole number within `range`; `standard` when it is not given.
    func number(_ name: String, in range: ClosedRange<Int>, standard: Int) throws(Problem) -> Int {
        guard let text = target.argument(name) else { return standard }
        guard let value = Int(text), range.contains(value) else {
            throw Problem(
                400, "bad_parameter",
                "\(name)=\(text) is not a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return value
    }

    /// An argument that is a position in the log.
    func position(_ name: String) throws(Problem) -> AskedPosition? {
        guard let text = target.argument(name) else { return nil }
        return try Self.position(text, from: "\(name)=")
    }

    /// An argument that is a position in this log and no other.
    func id(_ name: String) throws(Problem) -> EntryID? {
        guard let asked = try position(name) else { return nil }
        guard asked.epoch == nil || asked.epoch == service.hub.epoch else {
            throw Problem(
                410, "unknown_epoch",
                "\(name) is a position in another log: this one's epoch is \(service.hub.epoch). Begin anew without it."
            )
        }
        return asked.id
    }

    static func position(_ text: String, from source: String) throws(Problem) -> AskedPosition {
        guard let position = AskedPosition(text) else {
            throw Problem(
                400, "bad_cursor", "\(source)\(text) is not a cursor such as k3f9ab-1041, nor an id such as 1041.")
        }
        return position
    }
}
