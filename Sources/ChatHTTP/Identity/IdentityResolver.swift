internal import Chat
internal import ChatIdentity
internal import Crypto
internal import Foundation
internal import MicroHTTPD

/// Tells who is asking. The first kind of identity that is given counts, and when it fails, the next is not tried.
struct IdentityResolver: Sendable {
    /// What a request shows.
    enum Identification: Sendable {
        /// Nothing: a guest, by a name that they give or that they are given.
        case nobody
        case known(Asker)
        /// A cookie that counts no more. Whoever only reads goes on as a guest, and is told to forget it.
        case stale(Problem)
        /// What is shown takes time to look at. The closure begins it, on any thread, and never waits.
        case checking(@Sendable (@escaping @Sendable (Result<Asker, Problem>) -> Void) -> Void)
    }

    private let guestSecret: SymmetricKey
    private let guests: GuestSigner?
    private let directory: AccessDirectory
    private let passwords: PasswordSignIn
    private let jwt: JWTSignIn?
    private let now: @Sendable () -> Timestamp

    init(
        guestSecret: [UInt8], directory: AccessDirectory, passwords: PasswordSignIn, jwt: JWTSignIn?,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.guestSecret = SymmetricKey(data: guestSecret)
        guests = GuestSigner(secret: guestSecret)
        self.directory = directory
        self.passwords = passwords
        self.jwt = jwt
        self.now = now
    }

    func identify(_ request: borrowing Request, from client: IPAddress) throws(Problem) -> Identification {
        if let authorization = request.header("Authorization") {
            return try identify(authorization: authorization, from: client)
        }
        guard let value = SessionCookie.value(in: request.headers("Cookie")) else { return .nobody }
        return identify(cookie: value)
    }

    // MARK: Authorization

    /// Bytes of a name and a password: as many as the longest of both may have before they are normalized.
    private static let maximumPairLength = 2048

    private func identify(authorization: String, from client: IPAddress) throws(Problem) -> Identification {
        guard let space = authorization.utf8.firstIndex(of: UInt8(ascii: " ")) else { throw Self.badCredential }
        let credential = authorization[space...].trimmingCharacters(in: .whitespaces)
        guard !credential.isEmpty else { throw Self.badCredential }
        switch authorization[..<space].lowercased() {
        case "bearer": return try identify(bearer: credential)
        case "basic":
            guard let data = Data(base64Encoded: credential), data.count <= Self.maximumPairLength,
                let pair = String(data: data, encoding: .utf8), let colon = pair.utf8.firstIndex(of: UInt8(ascii: ":"))
            else { throw Self.badCredential }
            // A guest's name may have a colon, and has no password behind it; a password may, and an account's name may not.
            if pair.utf8.last == UInt8(ascii: ":") { return .known(try guest(named: String(pair.utf8.dropLast())!)) }
            let (name, password) = (String(pair[..<colon]), String(pair[pair.utf8.index(after: colon)...]))
            if let secret = Secret(password), secret.kind == .token { return .known(try asker(of: secret)) }
            return try passwords.identify(name, password, from: client)
        default: throw Self.badCredential
        }
    }

    private func identify(bearer: String) throws(Problem) -> Identification {
        if let secret = Secret(bearer) {
            guard secret.kind == .token else { throw Self.badCredential }
            return .known(try asker(of: secret))
        }
        guard let jwt else { throw Self.badCredential }
        return try jwt.identify(bearer)
    }

    private func asker(of secret: Secret) throws(Problem) -> Asker {
        let (hash, time) = (secret.hash.description, now())
        let found = directory.look { state -> Asker? in
            guard let token = state.token(withHash: hash), token.expiresAt.map({ $0 > time }) ?? true,
                let account = state.account(token.account), !account.isDisabled
            else { return nil }
            return Asker(account.sender, by: .token(token.id, account.id, token.scopes))
        }
        guard let found else { throw Self.badCredential }
        return found
    }

    // MARK: Cookies

    private func identify(cookie value: String) -> Identification {
        if let secret = Secret(value), secret.kind == .session {
            let (hash, time) = (secret.hash.description, now())
            let found = directory.look { state -> Asker? in
                guard let session = state.session(withHash: hash), session.expiresAt > time,
                    let account = state.account(session.account), !account.isDisabled
                else { return nil }
                return Asker(account.sender, by: .session(hash: hash, account.id))
            }
            return found.map(Identification.known) ?? .stale(Self.staleSession)
        }
        guard let guest = try? guests?.guest(in: value, now: now()),
            let sender = try? Sender.guest(named: guest.name, session: guest.session)
        else { return .stale(Self.staleSession) }
        // An account may have taken the name since.
        guard !isTaken(guest.name) else { return .stale(Self.staleSession) }
        return .known(Asker(sender, by: .guestSession(guest.session), until: guest.expiresAt))
    }

    /// Whoever a cookie says that its guest is, if it was signed here and counts.
    func guest(in value: String) -> SignedGuest? { try? guests?.guest(in: value, now: now()) }

    /// A guest's session, as a cookie keeps it.
    func sign(_ guest: SignedGuest) -> String? { guests?.sign(guest) }

    // MARK: Guests

    func guest(named name: String) throws(Problem) -> Asker {
        let sender = try Problem.converting { () throws(ChatError) in try Sender.guest(named: name) }
        if isTaken(sender.name) { throw Problem(.nameTaken(sender.name)) }
        return Asker(sender)
    }

    func anonymousGuest(at client: IPAddress) -> Asker {
        Asker(.anonymousGuest(shownAs: anonymousName(for: client.description)))
    }

    /// An account has the name, or one that looks the same.
    func isTaken(_ name: String) -> Bool {
        guard directory.hasRestrictions else { return false }
        let key = NameKey(name).text
        return directory.look { $0.account(withKey: key) != nil }
    }

    /// The same for each address, and different for most: four letters of a keyed hash, from which the address cannot be
    /// told.
    private func anonymousName(for address: String) -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        let code = HMAC<SHA256>.authenticationCode(for: Data(address.utf8), using: guestSecret)
        return "guest-" + String(decoding: code.prefix(4).map { letters[Int($0) % letters.count] }, as: UTF8.self)
    }

    // MARK: What is wrong

    /// Not `Basic`, though that is understood, too: at one, a browser holds the page's own request back and asks for a name and a
    /// password itself.
    static let challenge = Header("WWW-Authenticate", "Bearer realm=\"roomcast\"")

    static let badCredential = Problem(
        401, "bad_credential",
        "The Authorization header names no account or token of this server, or one that counts no more. Leave it out to ask "
            + "as a guest, or give a guest's name with an empty password."
    ).with(challenge)

    static let staleSession = Problem(
        401, "session_over", "The session is over: sign in again, or ask without its cookie."
    ).with(challenge)
}
