internal import Chat
internal import ServerSentEvents

/// A committed event as the bytes that every stream sends: encoded once, shared by all, never changed.
final class Frame: Sendable {
    let id: EntryID
    let bytes: [UInt8]

    init(_ event: RoomEvent, epoch: Epoch) {
        id = event.id
        bytes = EventStreamEncoder.frame(
            event: event.kind.streamName, id: Array(Cursor(epoch: epoch, id: event.id).description.utf8),
            line: event.json)
    }
}

extension RoomEvent.Kind {
    /// The `event:` field's value.
    fileprivate var streamName: StaticString {
        switch self {
        case .message: "message"
        }
    }
}
