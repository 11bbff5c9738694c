internal import Synchronization

/// The connection of a node, once there is one.
///
/// Any thread.
final class NATSLink: Sendable {
    private let current = Mutex<JetStream?>(nil)

    var jetStream: JetStream? {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// Never waits.
    var isConnected: Bool { jetStream?.connection.isConnected ?? false }
}
