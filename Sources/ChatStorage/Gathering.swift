internal import Dispatch

/// How long the committing thread waits for more posts before it commits those that are there.
///
/// Many posters that each wait for their answer come back one after the other: the first would get a transaction and a sync of
/// its own, while all others wait for it. So as many posts as there lately were in one transaction are waited for, but never
/// longer than `limit` after the last batch was taken. Whoever posts alone, however often, never waits.
///
/// Of a crowd half is waited for: while it is committed, the other half is answered, comes back, and gathers.
struct Gathering {
    private let limit: DispatchTimeInterval
    /// Transactions that are looked back on.
    private static let memory = 4
    /// Posts on their way at once that are worth two transactions. Fewer have one: what a transaction costs would weigh more
    /// than what they wait for it.
    private static let crowd = 8

    /// Of the last transactions, oldest first.
    private var transactions: [Transaction] = []
    private var end: DispatchTime?

    private struct Transaction {
        let posts: Int
        /// That had come when it ended.
        var found: Int?

        /// Posters that were on their way with it, if each waits for its answer.
        var crowd: Int { posts + (found ?? 0) }
    }

    /// Posts that end the waiting.
    private(set) var wanted = 1

    init(limit: DispatchTimeInterval = .milliseconds(2)) {
        self.limit = limit
    }

    /// A transaction was begun.
    mutating func took(_ posts: Int, at now: DispatchTime) {
        guard posts > 0 else { return }
        if transactions.count == Self.memory { transactions.removeFirst() }
        transactions.append(Transaction(posts: posts))
        end = largest > 1 ? now + limit : nil
        setWanted()
    }

    /// What was taken last has been committed, and so many posts have come meanwhile.
    mutating func ended(finding posts: Int) {
        // After a chore it is the end of that.
        guard let last = transactions.indices.last, transactions[last].found == nil else { return }
        transactions[last].found = posts
        setWanted()
    }

    private var largest: Int { transactions.lazy.map(\.posts).max() ?? 1 }

    private mutating func setWanted() {
        let crowd = transactions.lazy.map(\.crowd).max() ?? 1
        wanted = crowd < Self.crowd ? largest : (crowd + 1) / 2
    }

    /// Until when fewer than `wanted` posts are left to wait; `nil` if they are not.
    func waitsUntil(_ now: DispatchTime) -> DispatchTime? {
        end.flatMap { $0 > now ? $0 : nil }
    }
}
