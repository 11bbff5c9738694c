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
    /// - Returns: `nil`, or in how many seconds there can be one; then nothing was begun.
    public func take(account name: NameKey, address: String) -> Double? {
        let now = now()
        return counts.withLock { counts in
            counts.rotate(at: now)
            let (account, address) = (counts.account(name, at: address), GuessCounts.address(address))
            let wait = max(counts[account].wait(at: now), counts[address].wait(at: now))
            guard wait == 0 else { return Double(wait) / 1e9 }
            counts[account].add(at: now, within: accountLimits)
            counts[address].add(at: now, within: addressLimits)
            return nil
        }
    }

    /// The attempt had the right password: what counted against the account here is forgotten. The address is not charged for
    /// it, but its wrong guesses stay: else an account of one's own would make guesses at others free. Any thread.
    public func succeeded(account name: NameKey, address: String) {
        counts.withLock { counts in
            counts.forget(counts.account(name, at: address))
            counts[GuessCounts.address(address)].takeBack(within: addressLimits)
            counts.remember(name, at: address)
        }
    }

    /// The attempt was not looked at, say because too many others wait: it counts for nothing. Any thread.
    public func withdrawn(account name: NameKey, address: String) {
        counts.withLock { counts in
            counts[counts.account(name, at: address)].takeBack(within: accountLimits)
            counts[GuessCounts.address(address)].takeBack(within: addressLimits)
        }
    }
}
