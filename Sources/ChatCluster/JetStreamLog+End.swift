extension JetStreamLog {
    /// Why, and how, a node's file has to be made anew.
    public struct Rebuild: Hashable, Sendable {
        public let reason: String
        /// There may be something in it that the cluster's log has lost: it is renamed. Else it stays until another node's takes its
        /// place, since until then it may be the only one that there is.
        let keepsFile: Bool
        let source: Source
    }

    /// What a node's file is made from.
    enum Source: Hashable, Sendable {
        case stream
        /// From another node's file, however long that takes: the stream lacks what retention has removed from it.
        case anotherNode
        /// The same where another node has one: what this node read from the stream, its leader has not. Should all nodes have read
        /// it, so that none has a file, then what the leader has now is all that there is.
        case anotherNodeOrStream
    }

    /// Why the log has ended by itself.
    public enum End: Hashable, Sendable {
        /// It has to be opened again.
        case mustRebuild(Rebuild)
        /// A person has to look at it.
        case failed(reason: String)
    }
}
