internal import Chat

/// What became of the posts of one transaction.
struct PostCounts {
    private(set) var stored = 0
    /// Answered with the message that was stored under the same key before.
    private(set) var repeated = 0
    /// Not taken for what they say themselves.
    private(set) var rejected = 0

    var total: Int { stored + repeated + rejected }

    mutating func count(_ result: Result<Appended, ChatError>) {
        switch result {
        case .success(let appended) where appended.isRepeat: repeated += 1
        case .success: stored += 1
        case .failure: rejected += 1
        }
    }
}
