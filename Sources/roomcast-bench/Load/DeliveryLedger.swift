/// What each stream has got of each poster's posts, which are numbered from 0 without holes.
///
/// A poster sends its next post when the one before is acknowledged, so every stream must get them in that order.
/// Memory: 4 bytes for each stream and poster, as long as nothing is skipped.
struct DeliveryLedger {
    enum Outcome {
        case delivered
        case duplicate
    }

    /// Skipped posts that are remembered one by one, over all streams. When more are skipped, one that comes late is
    /// taken for a duplicate.
    static let maximumSkipped = 1 << 20

    private struct Skipped: Hashable {
        let lane: Int
        let sequence: UInt32
    }

    private let posters: Int
    private var next: [UInt32]
    private var orders: [UInt64]
    private var skipped: Set<Skipped> = []

    /// Different posts, over all streams.
    private(set) var delivered = 0
    private(set) var duplicated = 0
    /// Delivered after a later post of the same poster.
    private(set) var late = 0

    init(streams: Int, posters: Int) {
        self.posters = posters
        next = Array(repeating: 0, count: streams * posters)
        orders = Array(repeating: 0, count: streams)
    }

    @inline(__always)
    mutating func record(stream: Int, poster: Int, sequence: Int) -> Outcome {
        let lane = stream * posters + poster
        let sequence = UInt32(truncatingIfNeeded: sequence)
        if sequence != next[lane] {
            guard recordOutOfTurn(lane: lane, sequence: sequence) else {
                duplicated += 1
                return .duplicate
            }
        } else {
            next[lane] = sequence + 1
        }
        delivered += 1
        // FNV-1a's prime: equal sums mean, as good as surely, that two streams had the same posts in the same order.
        orders[stream] = (orders[stream] ^ (UInt64(poster) << 32 | UInt64(sequence))) &* 0x0000_0100_0000_01b3
        return .delivered
    }

    /// In how many different orders the streams saw what they saw: 1 where a room has one order and nothing is missing.
    var distinctOrders: Int { distinctOrders(rooms: 1) }

    /// The most different orders that any room was seen in, stream by stream going round the rooms.
    func distinctOrders(rooms: Int) -> Int {
        (0..<rooms).map { room in
            Set(stride(from: room, to: orders.count, by: rooms).map { orders[$0] }).count
        }.max() ?? 0
    }

    /// - Returns: whether the post is new to the stream.
    private mutating func recordOutOfTurn(lane: Int, sequence: UInt32) -> Bool {
        guard sequence > next[lane] else {
            guard skipped.remove(Skipped(lane: lane, sequence: sequence)) != nil else { return false }
            late += 1
            return true
        }
        for missed in next[lane]..<sequence where skipped.count < Self.maximumSkipped {
            skipped.insert(Skipped(lane: lane, sequence: missed))
        }
        next[lane] = sequence + 1
        return true
    }
}
