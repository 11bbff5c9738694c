internal import Chat

/// Work of the committing thread that nobody posted: a transaction of its own, between two batches of posts.
struct Chore: Sendable {
    enum Work: Sendable {
        /// Proves that the log can be written and read.
        case probe
        case expire(Expiry)
        case forgetKeys(KeySweep)
    }

    let work: Work
    /// Called once, on the committing thread; must not wait.
    let completion: @Sendable (Result<Void, LogFailure>) -> Void
}
