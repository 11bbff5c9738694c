internal import CNATS

/// A subscription whose messages are handed to a closure. It ends with this object, or before.
final class NATSSubscription: Sendable {
    private final class Handler: Sendable {
        let handle: @Sendable (NATSMessage) -> Void

        init(_ handle: @escaping @Sendable (NATSMessage) -> Void) {
            self.handle = handle
        }
    }

    private let connection: NATSConnection
    /// Unchecked: libnats locks its objects itself.
    private nonisolated(unsafe) let subscription: OpaquePointer

    init(
        _ connection: NATSConnection, _ subject: String, group: String?,
        handler: @escaping @Sendable (NATSMessage) -> Void
    ) throws(NATSError) {
        // Given up in `deliveryEnded`, when the library calls the handler no more.
        let closure = Unmanaged.passRetained(Handler(handler)).toOpaque()
        let received: natsMsgHandler = { _, _, message, closure in
            guard let message, let closure else { return }
            Unmanaged<Handler>.fromOpaque(closure).takeUnretainedValue().handle(NATSMessage(borrowing: message))
            natsMsg_Destroy(message)
        }
        var subscription: OpaquePointer?
        let status =
            if let group {
                natsConnection_QueueSubscribe(&subscription, connection.handle, subject, group, received, closure)
            } else {
                natsConnection_Subscribe(&subscription, connection.handle, subject, received, closure)
            }
        guard status == NATS_OK else {
            Unmanaged<Handler>.fromOpaque(closure).release()
            throw NATSError(status, "subscribing to \(subject)")
        }
        let deliveryEnded: natsOnCompleteCB = { closure in
            guard let closure else { return }
            Unmanaged<Handler>.fromOpaque(closure).release()
        }
        natsSubscription_SetOnCompleteCB(subscription, deliveryEnded, closure)
        self.connection = connection
        self.subscription = subscription!
    }

    deinit {
        natsSubscription_Unsubscribe(subscription)
        // A message may be on its way to it: this node's own goodbye, for one.
        connection.destroyAtEnd(subscription, natsSubscription_Destroy)
    }
}
