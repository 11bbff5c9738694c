internal import MicroHTTPD

/// A bucket of tokens for each address: a post takes one, and they come back at an even rate.
///
/// A bucket is one number, the moment at which it will be full again (the generic cell rate algorithm, ITU-T I.371): it
/// costs nothing while nobody posts, and one that is full need not be kept.
final class PostRateLimit: Sendable {
    /// Buckets kept in one generation, of which there are two. Beyond it the older generation is forgotten, full or not: who
    /// has so many addresses is not held by a limit for each.
    static let bucketLimit = 65_536

    private let tokenInterval: Int64
    private let timeToFill: Int64
    private let now: @Sendable () -> Int64
    private let buckets: AddressTable<Generations>

    /// - Parameter now: nanoseconds that never go back.
    init(_ rate: PostRate, now: @escaping @Sendable () -> Int64) {
        tokenInterval = max(1, Int64(1e9 / rate.perSecond))
        timeToFill = tokenInterval * Int64(rate.burst)
        self.now = now
        buckets = AddressTable(Generations())
    }

    /// Takes a token for one post. Any thread; waits for nothing.
    ///
    /// - Returns: `nil`, or in how many seconds there is one.
    func take(for client: IPAddress) -> Double? {
        let address = client.network
        let now = now()
        let wait: Int64 = buckets.withShard(of: address) { generations in
            generations.rotate(at: now, after: timeToFill)
            let full = max(generations.full(address) ?? now, now)
            let wait = full + tokenInterval - timeToFill - now
            if wait <= 0 { generations.current[address] = full + tokenInterval }
            return wait
        }
        return wait > 0 ? Double(wait) / 1e9 : nil
    }

    /// Addresses that are remembered.
    var bucketCount: Int { buckets.sum { $0.current.count + $0.previous.count } }

    /// When each bucket is full again. A bucket that nobody asked for during a whole generation is full, since a generation
    /// lasts at least as long as filling takes; so it is forgotten with the generation, without looking for it.
    private struct Generations {
        var current: [IPAddress: Int64] = [:]
        var previous: [IPAddress: Int64] = [:]
        private var begunAt: Int64 = 0

        private static let limit = AddressTable<Generations>.share(of: bucketLimit)

        mutating func rotate(at now: Int64, after duration: Int64) {
            guard now - begunAt >= duration || current.count >= Self.limit else { return }
            previous = current
            current = [:]
            begunAt = now
        }

        func full(_ address: IPAddress) -> Int64? {
            current[address] ?? previous[address]
        }
    }
}
