internal import Chat
internal import ChatIdentity
internal import Crypto
internal import MicroHTTPD
internal import Synchronization

/// Signing in with an account's name and password: throttled, and never on a loop.
final class PasswordSignIn: Sendable {
    /// Passwords that were right lately, so that a script that shows one with each request does not have it hashed each time. Under a
    /// key of this process, and only while the account's hash is the same.
    private struct Remembered {
        let account: AccountID
        let hash: String
        let until: Timestamp
    }

    private let directory: AccessDirectory
    private let hasher: PasswordHasher
    private let throttle: GuessThrottle
    private let now: @Sendable () -> Timestamp
    private let key = SymmetricKey(size: .bits256)
    private let remembered = Mutex<[[UInt8]: Remembered]>([:])

    private static let rememberedLimit = 10_000
    private static let rememberedFor = Duration.seconds(300)

    init(
        directory: AccessDirectory, hasher: PasswordHasher, throttle: GuessThrottle,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.directory = directory
        self.hasher = hasher
        self.throttle = throttle
        self.now = now
    }

    /// For a request that shows a name and a password.
    func identify(
        _ name: String, _ password: String, from client: IPAddress
    ) throws(Problem) -> IdentityResolver.Identification {
        if let account = recall(name, password) { return .known(Self.asker(account)) }
        return .checking { [self] completion in
            check(name, password, from: client) { result in
                completion(result.map(Self.asker))
            }
        }
    }

    private static func asker(_ account: Account) -> Asker {
        Asker(account.sender, by: .password(hash: account.passwordHash ?? "", account.id))
    }

    /// Any thread; never waits.
    ///
    /// - Parameter completion: called once, on this thread or one of the hasher's.
    func check(
        _ name: String, _ password: String, from client: IPAddress,
        completion: @escaping @Sendable (Result<Account, Problem>) -> Void
    ) {
        // Longer ones are no account's.
        let key = NameKey(String(name.unicodeScalars.prefix(AccountName.maximumLength * 2)))
        let address = client.network.description
        let attempt: GuessAttempt
        do throws(GuessWait) {
            attempt = try throttle.take(account: key, address: address)
        } catch {
            let seconds = Int(error.seconds.rounded(.up))
            return completion(
                .failure(
                    Problem(
                        429, "too_many_guesses",
                        "Too many wrong passwords were tried; the next is looked at in \(seconds) s."
                    ).with(Header("Retry-After", "\(seconds)"))))
        }
        let account = directory.look { $0.account(withKey: key.text) }
        // One that is no password is looked at as if it were: it must take as long.
        let given = (try? Password(password)) ?? Self.wrong
        do throws(BusyError) {
            try hasher.verify(given, against: account?.passwordHash.flatMap(PasswordHash.init)) { [self] isRight in
                guard isRight, let account, isCurrent(account) else {
                    throttle.failed(attempt)
                    return completion(.failure(Self.refusal))
                }
                throttle.succeeded(attempt)
                remember(account, name, password)
                completion(.success(account))
            }
        } catch {
            throttle.withdrawn(attempt)
            completion(.failure(Problem(503, "busy", error.reason).with(Header("Retry-After", "3"))))
        }
    }

    /// Whether the account may still sign in, and with the password that was looked at: a check takes long enough for
    /// somebody to change it meanwhile.
    func isCurrent(_ account: Account) -> Bool {
        directory.look { state in
            state.account(account.id).map { !$0.isDisabled && $0.passwordHash == account.passwordHash } ?? false
        }
    }

    // It has as many characters as a password must have, whoever reads this.
    private static let wrong = try! Password("no password of anybody")

    /// The same whether the name or the password is wrong, or the account is disabled.
    static let refusal = Problem(
        401, "wrong_password", "No account has this name and this password."
    ).with(IdentityResolver.challenge)

    // MARK: Remembering

    private func mark(_ name: String, _ password: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array("\(name.utf8.count):\(name)\(password)".utf8), using: key))
    }

    private func recall(_ name: String, _ password: String) -> Account? {
        let (mark, time) = (mark(name, password), now())
        guard let found = remembered.withLock({ $0[mark] }), found.until > time else { return nil }
        guard let account = directory.look({ $0.account(found.account) }), !account.isDisabled,
            account.passwordHash == found.hash
        else { return nil }
        return account
    }

    private func remember(_ account: Account, _ name: String, _ password: String) {
        guard let hash = account.passwordHash else { return }
        let mark = mark(name, password)
        let until = now() + Self.rememberedFor
        remembered.withLock { remembered in
            if remembered.count >= Self.rememberedLimit { remembered = [:] }
            remembered[mark] = Remembered(account: account.id, hash: hash, until: until)
        }
    }
}
