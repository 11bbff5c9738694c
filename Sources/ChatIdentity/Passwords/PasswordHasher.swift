/// Hashes passwords and checks them on threads of its own, so few at once that a flood of guesses leaves the machine to
/// others, and refuses what would wait for long.
public final class PasswordHasher: Sendable {
    private let cost: PasswordCost
    private let queue: BoundedQueue
    private let nobody: PasswordHash

    /// - Parameters:
    ///   - cost: of new hashes, and of a check of nobody.
    ///   - threads: hashes at once, each with its cost's memory.
    ///   - waitingLimit: what may wait beside those. The last waits for all of them: 6 s for 64 at today's cost.
    public init(cost: PasswordCost = .today, threads: Int = 1, waitingLimit: Int = 64) {
        self.cost = cost
        queue = BoundedQueue(label: "roomcast.password", threads: threads, waitingLimit: waitingLimit)
        nobody = PasswordHash(ofNobodyAt: cost)
    }

    /// Any thread; never waits.
    ///
    /// - Parameter completion: called once, on a thread of the hasher.
    public func hash(
        _ password: Password, then completion: @escaping @Sendable (PasswordHash) -> Void
    ) throws(BusyError) {
        try queue.async { [cost] in completion(PasswordHash(of: password, cost: cost)) }
    }

    /// Tells whether the password is the one that was hashed. Any thread; never waits.
    ///
    /// - Parameters:
    ///   - hash: `nil` where nobody has the name: the answer is no, after the time that a check takes at today's cost, so that
    ///     nobody can tell by the time who has an account here. (A hash of another cost takes another time.)
    ///   - completion: called once, on a thread of the hasher.
    public func verify(
        _ password: Password, against hash: PasswordHash?, then completion: @escaping @Sendable (Bool) -> Void
    ) throws(BusyError) {
        try queue.async { [nobody] in
            let matches = (hash ?? nobody).matches(password)
            completion(matches && hash != nil)
        }
    }

    /// What waits or is being done.
    public var pending: Int { queue.pending }
}
