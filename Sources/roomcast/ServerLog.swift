internal import ChatCluster
internal import ChatStorage
internal import ChatStreams

/// A log that this program can start, whichever it is.
protocol ServerLog: StoredLog {
    /// Begins to commit, and has the Hub show it. Once.
    ///
    /// - Parameter ended: called once, on any thread, if the log cannot go on by itself; must not wait.
    func begin(showing hub: Hub, ended: @escaping @Sendable (JetStreamLog.End) -> Void)
}

extension SQLiteLog: ServerLog {
    func begin(showing hub: Hub, ended: @escaping @Sendable (JetStreamLog.End) -> Void) {
        start(showing: hub)
    }
}

extension JetStreamLog: ServerLog {
    func begin(showing hub: Hub, ended: @escaping @Sendable (JetStreamLog.End) -> Void) {
        start(showing: hub, ended: ended)
    }
}
