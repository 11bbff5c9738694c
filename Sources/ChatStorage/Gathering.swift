internal import Dispatch

/// How long the committing thread waits for more posts before it commits those that are there.
///
/// Many posters that each wait for their answer come back one after the other: the first would get a transaction and a sync of
/// its own, while all others wait for it. So as many posts as there lately were in one transaction are waited for, but never
/// longer than `limit` after the last batch was taken. Whoever posts alone, however often, never waits.
struct Gathering {
    private let limit: DispatchTimeInterval
    /// Transactions that are looked back on.
    private static let memory = 4

    /// Posts in each of the last transactions, oldest first.
    private var sizes: [Int] = []
    private var end: DispatchTime?

    /// Posts that end the waiting.
    private(set) var wanted = 1

    init(limit: DispatchTimeInterval = .milliseconds(2)) {
        self.limit = limit
    }

    /// A transaction was begun.
    mutating func took(_ posts: Int, at now: DispatchTime) {
        guard posts > 0 else { return }
        if sizes.count == Self.memory { sizes.removeFirst() }
        sizes.append(posts)
        wanted = sizes.max() ?? 1
        end = wanted > 1 ? now + limit : nil
    }

    /// Until when fewer than `wanted` posts are left to wait; `nil` if they are not.
    func waitsUntil(_ now: DispatchTime) -> DispatchTime? {
        end.flatMap { $0 > now ? $0 : nil }
    }
}
