public import Chat
internal import Crypto
internal import Synchronization

/// Tells whom a JWT (RFC 7519) stands for, by the keys of a file that may change while the server runs.
///
/// HS256, RS256, ES256 and EdDSA; a token must have `sub` and `exp`. The file is looked at again before a token is verified and
/// after one was found in the cache, once a second at most. One that cannot be used leaves the keys as they were.
public final class JWTVerifier: Sendable {
    /// By how much an issuer's clock may be off.
    public static let leeway = Duration.seconds(30)
    private static let fileCheckInterval: Int64 = 1000

    private struct State {
        var keys: JWTKeySet
        /// Of the file that the keys are from, or that was found unusable.
        var mark: JWTKeyFile.Mark?
        var checkedAt: Int64
        var cache = JWTCache()
    }

    private let file: JWTKeyFile
    private let expectations: JWTExpectations
    private let now: @Sendable () -> Timestamp
    private let keysChanged: @Sendable (Result<Int, JWTKeyError>) -> Void
    private let state: Mutex<State>
    private let queue: BoundedQueue

    /// Reads the file. For threads that may wait.
    ///
    /// - Parameters:
    ///   - keyFile: its path.
    ///   - waitingLimit: tokens that may wait to be verified. Each takes up to some tenths of a millisecond.
    ///   - now: the time of day.
    ///   - keysChanged: called when the file has changed, with how many keys it has, or why the keys from before stay. On a
    ///     thread of the verifier, which waits for it.
    public init(
        keyFile: String, expecting expectations: JWTExpectations = JWTExpectations(), waitingLimit: Int = 1024,
        now: @escaping @Sendable () -> Timestamp = Timestamp.now,
        keysChanged: @escaping @Sendable (Result<Int, JWTKeyError>) -> Void
    ) throws(JWTKeyError) {
        file = JWTKeyFile(path: keyFile)
        self.expectations = expectations
        self.now = now
        self.keysChanged = keysChanged
        // Before it is read: what is written meanwhile is then read again.
        let mark = file.mark
        state = Mutex(State(keys: try file.read(), mark: mark, checkedAt: now().millisecondsSince1970))
        queue = BoundedQueue(label: "roomcast.jwt", threads: 1, waitingLimit: waitingLimit)
    }

    /// Verifies a token. Any thread; never waits.
    ///
    /// - Parameter completion: called once, on a thread of the verifier.
    public func verify(
        _ token: String, then completion: @escaping @Sendable (Result<JWTClaims, JWTRefusal>) -> Void
    ) throws(BusyError) {
        try queue.async { completion(self.verified(token)) }
    }

    /// Whom a token stands for that was verified before, by the keys there are now, and has not expired. Any thread; never
    /// waits. A few microseconds.
    public func cached(_ token: String) -> JWTClaims? {
        guard token.utf8.count <= JWT.maximumLength else { return nil }
        let key = JWTCache.key(of: token)
        let now = now()
        let (claims, isDue) = state.withLock { state in
            var claims = state.cache.claims(key)
            if let found = claims, now >= found.expiresAt + Self.leeway {
                state.cache.forget(key)
                claims = nil
            }
            return (claims, Self.isDue(state, at: now.millisecondsSince1970))
        }
        // Where too much waits, what waits looks at the file.
        if isDue { try? queue.async { self.checkFile() } }
        return claims
    }

    /// Tokens that are remembered.
    var cachedCount: Int { state.withLock { $0.cache.count } }

    private func verified(_ token: String) -> Result<JWTClaims, JWTRefusal> {
        checkFile()
        do throws(JWTRefusal) {
            let jwt = try JWT(token)
            let key = try state.withLock { $0.keys }.key(identifier: jwt.keyIdentifier, algorithm: jwt.algorithm)
            guard key.isValid(jwt.signature, for: jwt.signed) else { throw .badSignature }
            let statement = try JWTStatement(jwt.payload)
            try statement.check(expectations, at: now(), leeway: Self.leeway)
            let digest = JWTCache.key(of: token)
            // The keys are still the same: they change on this thread.
            state.withLock { $0.cache.insert(statement.claims, for: digest) }
            return .success(statement.claims)
        } catch {
            return .failure(error)
        }
    }

    /// A clock that was set back makes it due too.
    private static func isDue(_ state: State, at now: Int64) -> Bool {
        abs(now - state.checkedAt) >= fileCheckInterval
    }

    /// On the queue's thread.
    private func checkFile() {
        let now = now().millisecondsSince1970
        let known: JWTKeyFile.Mark?? = state.withLock { state in
            guard Self.isDue(state, at: now) else { return nil }
            state.checkedAt = now
            return .some(state.mark)
        }
        guard let known else { return }
        let mark = file.mark
        guard mark != known else { return }
        let keys: Result<JWTKeySet, JWTKeyError>
        do throws(JWTKeyError) {
            keys = .success(try file.read())
        } catch {
            keys = .failure(error)
        }
        state.withLock { state in
            state.mark = mark
            guard case .success(let keys) = keys else { return }
            state.keys = keys
            // What the old keys vouched for, the new ones may not.
            state.cache = JWTCache()
        }
        keysChanged(keys.map { $0.keys.count })
    }
}
