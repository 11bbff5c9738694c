/// When each post was sent, for the latency of its deliveries: 8 bytes a post, so a run's length bounds it.
final class PostTimes {
    private var times: [[MonotonicTime]]

    init(posters: Int) {
        times = Array(repeating: [], count: posters)
    }

    /// The posts of a poster are noted in order; one that is sent again keeps its latest time.
    func note(poster: Int, sequence: Int, at time: MonotonicTime) {
        if sequence < times[poster].count {
            times[poster][sequence] = time
        } else {
            times[poster].append(time)
        }
    }

    /// `nil` for a post that was never sent.
    @inline(__always)
    subscript(poster: Int, sequence: Int) -> MonotonicTime? {
        guard poster < times.count, sequence < times[poster].count else { return nil }
        return times[poster][sequence]
    }
}
