internal import Synchronization

/// The connection of a node, once there is one; another when that has ended for good.
///
/// Any thread; only one makes connections.
final class NATSLink: Sendable {
    private struct State {
        var jetStream: JetStream?
        /// Connections made so far, and how often those that have ended were connected anew.
        var made = 0
        var endedReconnects = 0
    }

    private let state = Mutex(State())
    private let make: @Sendable () throws(NATSError) -> JetStream

    /// - Parameter make: connects; may wait for some seconds.
    init(make: @escaping @Sendable () throws(NATSError) -> JetStream) {
        self.make = make
    }

    var jetStream: JetStream? { state.withLock { $0.jetStream } }

    /// Never waits.
    var isConnected: Bool { jetStream?.connection.isConnected ?? false }

    /// How often there was a connection again, by the library or by `connect`. May wait for a moment.
    var reconnects: Int {
        let (jetStream, before) = state.withLock { ($0.jetStream, $0.endedReconnects + max(0, $0.made - 1)) }
        return before + (jetStream?.connection.reconnects ?? 0)
    }

    /// Waits for NATS, for some seconds.
    func connect() throws(NATSError) -> JetStream {
        let jetStream = try make()
        state.withLock { state in
            state.jetStream = jetStream
            state.made += 1
        }
        return jetStream
    }

    /// Lets go of a connection that the library has given up.
    ///
    /// - Returns: why that was; `nil` when there is none, or one that the library still cares for.
    func letGoIfEnded() -> String? {
        guard let connection = jetStream?.connection, let reason = connection.endReason else { return nil }
        let reconnects = connection.reconnects
        state.withLock { state in
            state.jetStream = nil
            state.endedReconnects += reconnects
        }
        return reason
    }
}
