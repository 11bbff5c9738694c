public import Chat

extension JetStreamLog {
    /// How a node stands to its cluster.
    public struct ClusterStatistics: Sendable {
        public let isConnected: Bool
        /// Entries of the stream that are not applied here; `nil` when it was not looked at yet.
        public let lag: Int?
        public let appliedID: EntryID
        /// Proposed here, and not applied yet.
        public let pendingEntries: Int
        public let pendingBytes: Int
        /// Refused because too many waited.
        public let refused: Int
        /// Times that a connection was made again.
        public let reconnects: Int
        /// That are there, this one among them.
        public let nodes: Int
    }
}
