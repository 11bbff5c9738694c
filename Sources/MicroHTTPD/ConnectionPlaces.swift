internal import Synchronization

/// Counts the connections that there are, from the accepting of a client to the closing of its socket, and knows how many
/// there may be: of all together, and of one address.
final class ConnectionPlaces: Sendable {
    /// Why there is no place.
    enum Limit {
        case all, address
    }

    let limit: Int
    /// `nil` where an address may have all.
    private let addresses: AddressCounts?
    private let isSharedAddress: @Sendable (IPAddress) -> Bool
    private let open = Atomic<Int>(0)
    private let most = Atomic<Int>(0)

    /// - Parameters:
    ///   - limit: of all; at least 1.
    ///   - isSharedAddress: see `Configuration.isSharedAddress`.
    init(
        limit: Int, perAddress: ConnectionsPerAddress = .unlimited,
        isSharedAddress: @escaping @Sendable (IPAddress) -> Bool = { _ in false }
    ) {
        self.limit = limit
        self.isSharedAddress = isSharedAddress
        addresses = perAddress.limit(of: limit).map(AddressCounts.init)
    }

    /// Takes a place for a client from there. Any thread; waits for nothing.
    ///
    /// - Returns: `nil`, and then `release` is to be called once; or which limit is in the way.
    func take(for peer: IPAddress) -> Limit? {
        let count = open.add(1, ordering: .relaxed).newValue
        guard count <= limit else {
            open.subtract(1, ordering: .relaxed)
            return .all
        }
        if let addresses, !isSharedAddress(peer), !addresses.take(peer) {
            open.subtract(1, ordering: .relaxed)
            return .address
        }
        most.max(count, ordering: .relaxed)
        return nil
    }

    /// A client from there that had a place is gone. Any thread; waits for nothing.
    func release(_ peer: IPAddress) {
        if let addresses, !isSharedAddress(peer) { addresses.release(peer) }
        open.subtract(1, ordering: .relaxed)
    }

    /// Places that are taken.
    var count: Int { open.load(ordering: .relaxed) }

    /// The most at once since this was last asked.
    func takePeak() -> Int {
        most.exchange(open.load(ordering: .relaxed), ordering: .relaxed)
    }

    /// Addresses that have a connection and are counted.
    var addressCount: Int { addresses?.addressCount ?? 0 }
}
