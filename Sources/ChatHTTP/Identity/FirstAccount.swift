internal import ChatIdentity
internal import Synchronization

/// The link that makes the first account. It is good for one, however many open it at once.
final class FirstAccount: Sendable {
    private let hash: SecretHash
    private let isTaken = Atomic(false)

    init(_ hash: SecretHash) {
        self.hash = hash
    }

    /// Whether the secret is the link's, and nobody else uses it.
    func take(_ secret: Secret) -> Bool {
        secret.hash == hash && !isTaken.exchange(true, ordering: .acquiringAndReleasing)
    }

    /// Nothing came of it.
    func giveBack() {
        isTaken.store(false, ordering: .releasing)
    }
}
