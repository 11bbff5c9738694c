internal import ChatStreams
internal import MicroHTTPD
internal import Synchronization

/// A request that waits for something to be said in a room. Several may come to answer it, the clock among them; the first
/// does.
final class WaitingAnswer: Sendable {
    let ticket = WatchTicket()
    private let hub: Hub
    private let suspended: Mutex<SuspendedRequest?>

    /// On the loop's thread, before the closure that was given the request returns: a client that leaves ends the waiting.
    init(_ suspended: SuspendedRequest, hub: Hub) {
        self.hub = hub
        self.suspended = Mutex(suspended)
        suspended.onCancel(endsOnHalfClose: true) { [self] in
            _ = take()
            hub.stopWatching(ticket)
        }
    }

    /// Any thread.
    func answer(_ response: Response) {
        guard let suspended = take() else { return }
        hub.stopWatching(ticket)
        let answer = SendableResponse(response)
        suspended.resume(with: { answer.response })
    }

    private func take() -> SuspendedRequest? {
        suspended.withLock { suspended in
            defer { suspended = nil }
            return suspended
        }
    }
}
