extension JetStreamLog {
    /// Why, and how, a node's file has to be made anew.
    public struct Rebuild: Hashable, Sendable {
        public let reason: String
        /// There may be something in it that the cluster's log has lost: it is renamed, not deleted.
        let keepsFile: Bool
        /// From another node's file: the stream as this node reads it would not do.
        let copiesAnother: Bool
    }

    /// Why the log has ended by itself.
    public enum End: Hashable, Sendable {
        /// It has to be opened again.
        case mustRebuild(Rebuild)
        /// A person has to look at it.
        case failed(reason: String)
    }
}
