internal import MicroHTTPD

/// How many streams one address may have open; another of its kind counts the requests of one address that wait.
final class StreamLimit: Sendable {
    private let counts: AddressCounts

    init(perAddress: Int) {
        counts = AddressCounts(limit: perAddress)
    }

    var perAddress: Int { counts.limit }

    /// A place for one more, if there is one. Any thread; waits for nothing.
    func take(for client: IPAddress) -> Place? {
        counts.take(client) ? Place(client, of: counts) : nil
    }

    /// Addresses that have one.
    var addressCount: Int { counts.addressCount }

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
        private let counts: AddressCounts

        fileprivate init(_ address: IPAddress, of counts: AddressCounts) {
            self.address = address
            self.counts = counts
        }

        deinit {
            counts.release(address)
        }
    }
}
