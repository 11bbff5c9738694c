internal import MicroHTTPD

/// How many streams one address may have open; another of its kind counts the requests of one address that wait.
///
/// An address is remembered while it has one, so there are never more of them than connections.
final class StreamLimit: Sendable {
    let perAddress: Int
    private let counts = AddressTable<[IPAddress: Int]>([:])

    init(perAddress: Int) {
        self.perAddress = perAddress
    }

    /// A place for one more, if there is one. Any thread; waits for nothing.
    func take(for client: IPAddress) -> Place? {
        let address = client.network
        let isFree = counts.withShard(of: address) { counts in
            guard counts[address, default: 0] < perAddress else { return false }
            counts[address, default: 0] += 1
            return true
        }
        return isFree ? Place(address, of: self) : nil
    }

    private func release(_ address: IPAddress) {
        counts.withShard(of: address) { counts in
            let count = counts[address, default: 1] - 1
            counts[address] = count > 0 ? count : nil
        }
    }

    /// Addresses that have one.
    var addressCount: Int { counts.sum { $0.count } }

    /// What is held while something counts.
    typealias Held = AnyObject & Sendable

    /// Of an address, and of an account.
    final class Places: Sendable {
        private let first: Place
        private let second: Place

        init(_ first: Place, _ second: Place) {
            self.first = first
            self.second = second
        }
    }

    /// Counts for as long as it is held.
    final class Place: Sendable {
        private let address: IPAddress
        private let limit: StreamLimit

        fileprivate init(_ address: IPAddress, of limit: StreamLimit) {
            self.address = address
            self.limit = limit
        }

        deinit {
            limit.release(address)
        }
    }
}
