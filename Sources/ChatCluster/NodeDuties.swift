internal import ChatStorage
internal import Synchronization

/// What this node may do is known once it is among others.
final class NodeDuties: Sendable {
    private let presence = Mutex<NodePresence?>(nil)

    func set(_ presence: NodePresence) {
        self.presence.withLock { $0 = presence }
    }

    /// Whether this node proposes what retention removes.
    func isResponsible() -> Bool { presence.withLock { $0 }?.isFirst ?? false }

    func allKnow(_ kind: Entry.Kind) -> Bool { presence.withLock { $0 }?.allKnow(kind) ?? false }
}
