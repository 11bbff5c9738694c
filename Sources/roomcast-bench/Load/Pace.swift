/// When posts are planned, one after the other at a fixed rate, whatever the server makes of them.
///
/// A post that finds every poster busy is sent late, and its latency still counts from the planned time: otherwise a
/// server that stands still for a second would be asked nothing in it, and look fast.
struct Pace {
    let start: MonotonicTime
    /// Posts a second.
    let rate: Double

    /// - Parameter post: counted from 0.
    func time(of post: Int) -> MonotonicTime {
        MonotonicTime(nanoseconds: start.nanoseconds + UInt64((Double(post) * 1e9 / rate).rounded()))
    }

    /// The first post that is planned for later than `time`.
    func firstPost(after time: MonotonicTime) -> Int {
        guard time >= start else { return 0 }
        var post = Int(Double(time - start) * rate / 1e9)
        while self.time(of: post) <= time { post += 1 }
        return post
    }
}
