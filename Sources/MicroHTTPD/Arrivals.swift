internal import DequeModule

/// Clients that a loop is to serve, in the order in which they came. Each brings a request of a tenth of a millisecond, so a loop
/// takes a few of them, and looks after those it has before it takes more.
struct Arrivals {
    struct Arrival: Sendable {
        let client: Client
        let affinity: UInt64?
        let isTLS: Bool
    }

    /// Clients taken in one pass: with 64, live messages waited twice as long while 1,000 clients resumed (measured with
    /// `roomcast-bench growth`).
    static let batch = 8

    private var waiting: Deque<Arrival> = []

    var isEmpty: Bool { waiting.isEmpty }

    mutating func add(_ arrival: Arrival) {
        waiting.append(arrival)
    }

    mutating func takeSome() -> [Arrival] {
        // As nearly always. (Of an empty deque an array is made by writing a zero into the one empty array that all threads share.)
        if waiting.isEmpty { return [] }
        let taken = Array(waiting.prefix(Self.batch))
        waiting.removeFirst(taken.count)
        return taken
    }

    mutating func takeAll() -> [Arrival] {
        if waiting.isEmpty { return [] }
        defer { waiting = [] }
        return Array(waiting)
    }
}
