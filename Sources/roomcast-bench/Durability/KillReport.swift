/// What a killed server had promised, and what of it was there afterwards. The stored names are those of the JSON report.
struct KillReport: Report {
    let posters: Int
    let postsAcknowledged: Int
    let postsRefused: Int
    let postsPerSecond: Double
    /// From starting the server again to its first connection.
    let secondsToStart: Double
    let postsFound: Int
    /// Acknowledged, and not there.
    let postsLost: Int
    let postsDoubled: Int
    /// There, though their answer was cut off: at most one for each poster.
    let postsUnacknowledged: Int

    var failure: String? {
        if postsAcknowledged == 0 { return "no post was acknowledged" }
        if postsLost > 0 { return "\(postsLost) acknowledged posts are lost" }
        if postsDoubled > 0 { return "\(postsDoubled) posts are there twice" }
        return postsUnacknowledged > posters ? "\(postsUnacknowledged) posts were stored that nobody sent" : nil
    }

    var rows: [(name: String, value: String)] {
        [
            ("posters", "\(posters)"), ("acknowledged posts/s", postsPerSecond.decimals(0)),
            ("posts acknowledged, refused", "\(postsAcknowledged), \(postsRefused)"),
            ("seconds to start again", secondsToStart.decimals(2)), ("posts found", "\(postsFound)"),
            ("lost, doubled, unacknowledged", "\(postsLost), \(postsDoubled), \(postsUnacknowledged)"),
        ]
    }
}
