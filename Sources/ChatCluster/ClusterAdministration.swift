internal import Chat
public import ChatStorage
internal import Foundation

/// What an operator does with a cluster's log from the command line.
///
/// Everything waits for NATS, up to some seconds.
public struct ClusterAdministration {
    private let settings: ClusterSettings
    private let jetStream: JetStream

    /// Connects.
    public init(_ settings: ClusterSettings) throws(ClusterError) {
        self.settings = settings
        do throws(NATSError) {
            jetStream = try JetStream(
                NATSConnection(to: settings.target), name: settings.name, acknowledged: { _, _ in })
        } catch {
            throw ClusterError("\(settings.shownServers): \(error)")
        }
    }

    /// How the log stands.
    public struct Status: Sendable {
        public let stream: String
        public let epoch: String
        /// The oldest entry that is kept; 1 above the last for an empty log.
        public let firstID: Int64
        public let lastID: Int64
        public let entries: UInt64
        public let bytes: UInt64
        public let replicas: Int
        public let servers: [Server]
        /// What is not as it should be, a sentence each.
        public let warnings: [String]

        public struct Server: Sendable {
            public let name: String
            public let isLeader: Bool
            public let isOffline: Bool
            public let isCurrent: Bool
            /// Entries that it is behind by.
            public let lag: UInt64
        }
    }

    /// Makes stream and bucket, unless they are there.
    ///
    /// - Returns: whether something was made.
    public func make(replicas: Int?) throws(ClusterError) -> Bool {
        try asking { () throws(NATSError) in
            let (state, identity) = (try jetStream.state(), try SharedState(jetStream)?.identity())
            let isThere = state != nil && identity != nil
            if !isThere { _ = try ClusterSetUp(jetStream).identity(makingWith: replicas) }
            return !isThere
        }
    }

    public func status() throws(ClusterError) -> Status {
        let found = try asking { () throws(NATSError) in
            (try jetStream.state(), try SharedState(jetStream)?.identity()?.identity)
        }
        guard let state = found.0, let identity = found.1 else {
            throw ClusterError(
                "there is no log of the name \(settings.name) here: make it with roomcast cluster init, or start a server"
            )
        }
        return Status(
            stream: settings.name.stream, epoch: identity.epoch, firstID: state.firstID, lastID: state.lastID,
            entries: state.messages, bytes: state.bytes, replicas: state.replicas,
            servers: state.peers.map {
                Status.Server(
                    name: $0.name, isLeader: $0.isLeader, isOffline: $0.isOffline, isCurrent: $0.isCurrent,
                    lag: $0.lag)
            }, warnings: warnings(about: state))
    }

    private func warnings(about state: JetStream.State) -> [String] {
        var warnings = state.bounds.map { "The stream loses entries by itself: \($0)." }
        if !state.peers.isEmpty && state.peers.allSatisfy({ !$0.isLeader }) {
            warnings.append("The stream has no leader: nothing can be posted.")
        }
        if state.replicas == 1 && jetStream.connection.serverCount >= 3 {
            warnings.append(
                "One of \(jetStream.connection.serverCount) servers keeps the log: with it, all of it is gone.")
        }
        for peer in state.peers where peer.isOffline { warnings.append("\(peer.name) is offline.") }
        if jetStream.connection.maximumPayload < settings.largestEntry {
            warnings.append(
                "The servers take messages of \(jetStream.connection.maximumPayload) bytes; a post can have "
                    + "\(settings.largestEntry).")
        }
        return warnings
    }

    /// Makes a single server's log, or the file of a node whose stream is gone, the beginning of this cluster's.
    ///
    /// The stream begins behind the file's last entry, under the same epoch, so that every id and every cursor stays true. What came
    /// before is in the file alone until other nodes have fetched it.
    ///
    /// - Parameter folder: whose lock is held, so that no server uses it.
    /// - Returns: the file's last entry.
    public func adopt(_ folder: DataFolder, replicas: Int?) throws(ClusterError) -> Int64 {
        try asking { () throws(NATSError) in
            if let state = try jetStream.state(), state.messages > 0 {
                throw NATSError(
                    other: "the stream \(settings.name.stream) has entries already: only a new one can take over a log")
            }
        }
        let file: ReplicaFile
        do throws(StorageError) {
            file = try ReplicaFile.adopt(in: folder, into: settings.name.text)
        } catch {
            throw ClusterError("\(error)", storage: error)
        }
        guard file.membership.cluster == settings.name.text else {
            throw ClusterError(
                "the file is a node's of the cluster \(file.membership.cluster); say so with --cluster-name")
        }
        let (epoch, secret) = (file.membership.epoch, Data(file.membership.guestSecret).base64EncodedString())
        try asking { () throws(NATSError) in
            let setUp = ClusterSetUp(jetStream)
            let shared = try SharedState(jetStream, makingWith: replicas ?? setUp.standardReplicas)!
            if let (there, revision) = try shared.identity() {
                // Somebody has decided that this log takes that one's place, so the nodes of that one go over to it.
                let isThere = there.epoch == epoch.word && there.guestSecret == secret
                let isSet =
                    isThere ? true : try shared.replace(revision, by: there.successor(epoch, guestSecret: secret))
                guard isSet else {
                    throw NATSError(other: "somebody else is setting this cluster up")
                }
            } else {
                _ = try shared.establish(.init(epoch: epoch.word, guestSecret: secret, before: []))
            }
            _ = try setUp.identity(makingWith: replicas)
            // It may have begun already, in an import that was broken off.
            if try jetStream.state()?.lastID == 0, file.applied.id > .zero {
                try jetStream.begin(at: file.applied.id.rawValue + 1)
            }
            guard let state = try jetStream.state(), state.lastID == file.applied.id.rawValue else {
                throw NATSError(other: "the stream did not begin at \(file.applied.id.next)")
            }
        }
        return file.applied.id.rawValue
    }

    private func asking<Value>(_ body: () throws(NATSError) -> Value) throws(ClusterError) -> Value {
        do throws(NATSError) {
            return try body()
        } catch {
            throw ClusterError("\(error)")
        }
    }
}

/// Why something about a cluster did not work, in words.
public struct ClusterError: Error, CustomStringConvertible {
    public let description: String
    /// Set when it was the file.
    public let storage: StorageError?

    init(_ description: String, storage: StorageError? = nil) {
        self.description = description
        self.storage = storage
    }
}
