internal import Synchronization

/// A value for each shard of all addresses, each under its own lock: loops seldom wait for each other, and no lock is held
/// while a large table grows.
package final class AddressTable<Shard: Sendable>: Sendable {
    private let shards: [Guarded]

    private static var shardCount: Int { 16 }

    package init(_ shard: Shard) {
        shards = (0..<Self.shardCount).map { _ in Guarded(shard) }
    }

    /// Does a little work on the shard of that address. Any thread.
    package func withShard<Result: Sendable>(
        of address: IPAddress, _ body: (inout sending Shard) -> sending Result
    ) -> Result {
        // Seeded for each process, so that nobody can choose addresses that share a shard.
        shards[Int(UInt(bitPattern: address.hashValue) % UInt(shards.count))].value.withLock(body)
    }

    /// Looks at all shards, one after another.
    package func sum(_ body: (borrowing Shard) -> Int) -> Int {
        shards.reduce(0) { $0 + $1.value.withLock { body($0) } }
    }

    package static func share(of total: Int) -> Int { max(1, total / shardCount) }

    private final class Guarded: Sendable {
        let value: Mutex<Shard>

        init(_ shard: Shard) {
            value = Mutex(shard)
        }
    }
}
