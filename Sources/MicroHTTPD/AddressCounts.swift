/// How many of one thing each address has, up to a limit: connections, streams, requests that wait.
///
/// An address is remembered while it has one, so there are never more of them than connections.
package final class AddressCounts: Sendable {
    package let limit: Int
    private let counts = AddressTable<[IPAddress: Int]>([:])

    /// - Parameter limit: for each address; at least 1.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Counts one more of that address, if it may have one; its whole /64 counts as one address (`IPAddress.network`). Any
    /// thread; waits for nothing.
    ///
    /// - Returns: whether there is one more, of which the end is to be told once (`release`).
    package func take(_ client: IPAddress) -> Bool {
        let address = client.network
        return counts.withShard(of: address) { counts in
            guard counts[address, default: 0] < limit else { return false }
            counts[address, default: 0] += 1
            return true
        }
    }

    /// One that was taken has ended. Any thread; waits for nothing.
    package func release(_ client: IPAddress) {
        let address = client.network
        counts.withShard(of: address) { counts in
            let count = counts[address, default: 1] - 1
            counts[address] = count > 0 ? count : nil
        }
    }

    /// Addresses that have one.
    package var addressCount: Int { counts.sum { $0.count } }
}
