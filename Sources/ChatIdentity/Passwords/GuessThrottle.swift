internal import Synchronization

/// Slows down who guesses passwords: a few wrong ones are free, after that each makes the next wait twice as long, up to a
/// bound; for the account that is tried, and for the address they come from.
///
/// It must not let anyone lock somebody else out. No wait is longer than `GuessLimits.longestWait`, and asking during one does
/// not lengthen it. An address that an account has signed in from since the server started counts the guesses at that account
/// for itself: whatever strangers do elsewhere, it is let in at once. Only passwords are slowed, so that sessions and tokens
/// go on. What remains: while strangers guess at an account without pause, its owner, at a new address, has to be quicker than
/// they are at the end of a wait, or to use a link for signing in.
public final class GuessThrottle: Sendable {
    private let accountLimits: GuessLimits
    private let addressLimits: GuessLimits
    private let now: @Sendable () -> Int64
    private let counts = Mutex(GuessCounts())

    /// - Parameters:
    ///   - account: for the guesses at one account.
    ///   - address: for those from one address, at any account.
    ///   - now: nanoseconds that never go back.
    public init(
        account: GuessLimits = .perAccount, address: GuessLimits = .perAddress, now: @escaping @Sendable () -> Int64
    ) {
        accountLimits = account
        addressLimits = address
        self.now = now
    }

    /// Begins an attempt, also where no account has the name. It counts as a wrong guess until it is said to be none: else
    /// many at once would all be free. Any thread; waits for nothing.
    ///
    /// - Returns: of which is to be said what became of it.
    /// - Throws: when there can be none yet; then nothing was begun.
    public func take(account name: NameKey, address: String) throws(GuessWait) -> GuessAttempt {
        let now = now()
        return try counts.withLock { counts throws(GuessWait) in
            counts.rotate(at: now)
            let attempt = GuessAttempt(
                name: name, address: address, begunAt: now, ofAccount: counts.account(name, at: address),
                ofAddress: GuessCounts.address(address))
            let wait = max(
                counts[attempt.ofAccount].wait(at: now, within: accountLimits),
                counts[attempt.ofAddress].wait(at: now, within: addressLimits))
            guard wait == 0 else { throw GuessWait(seconds: Double(wait) / 1e9) }
            counts[attempt.ofAccount].begin(at: now)
            counts[attempt.ofAddress].begin(at: now)
            return attempt
        }
    }

    /// The password was wrong, or nobody has the name. Any thread.
    public func failed(_ attempt: GuessAttempt) {
        counts.withLock { counts in
            counts[attempt.ofAccount].fail(begunAt: attempt.begunAt)
            counts[attempt.ofAddress].fail(begunAt: attempt.begunAt)
        }
    }

    /// The attempt had the right password: what counted against the account here is forgotten. The address is not charged for
    /// it, but its wrong guesses stay: else an account of one's own would make guesses at others free. Any thread.
    public func succeeded(_ attempt: GuessAttempt) {
        counts.withLock { counts in
            counts[attempt.ofAccount].forgive(begunAt: attempt.begunAt)
            counts[attempt.ofAddress].takeBack(begunAt: attempt.begunAt)
            counts.remember(attempt.name, at: attempt.address)
        }
    }

    /// The attempt was not looked at, say because too many others wait: it counts for nothing. Any thread.
    public func withdrawn(_ attempt: GuessAttempt) {
        counts.withLock { counts in
            counts[attempt.ofAccount].takeBack(begunAt: attempt.begunAt)
            counts[attempt.ofAddress].takeBack(begunAt: attempt.begunAt)
        }
    }

    /// Accounts and addresses that something is remembered of.
    var count: Int { counts.withLock { $0.count } }
}

/// An attempt that was begun.
public struct GuessAttempt: Sendable {
    fileprivate let name: NameKey
    fileprivate let address: String
    fileprivate let begunAt: Int64
    /// Where it counts. Kept, since another attempt may make the address one that the account signs in from meanwhile.
    fileprivate let ofAccount: Int
    fileprivate let ofAddress: Int
}

/// There can be no attempt yet.
public struct GuessWait: Error, Hashable, Sendable {
    public let seconds: Double
}
