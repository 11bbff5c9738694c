/// What a server says of the log, against what was applied here, and whether it is believed.
///
/// A server that has just come back, or is cut off without knowing it, may say what is no longer, or not yet, true. What is said again after
/// some seconds, by one that leads others, is believed.
struct Doubt {
    private static let believedAfter = Duration.seconds(5)
    /// A leader hears of its followers every second or two (measured with NATS 2.9.10).
    private static let heardWithin = Duration.seconds(3)

    private var since: ContinuousClock.Instant?

    /// It was said now, perhaps not for the first time.
    ///
    /// - Parameter state: the stream's, as the same server tells of it; `nil` when there is none.
    mutating func isBelieved(of state: JetStream.State?, at now: ContinuousClock.Instant = .now) -> Bool {
        guard state?.hasQuorum(within: Self.heardWithin) ?? true else {
            since = nil
            return false
        }
        let first = since ?? now
        since = first
        return now - first >= Self.believedAfter
    }
}
