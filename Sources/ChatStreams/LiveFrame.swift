internal import Chat
internal import Synchronization

/// Something that is told of a room only while it happens, as the bytes that streams send: encoded at most once in each
/// format, by the first stream that wants it.
final class LiveFrame: Sendable {
    enum Happening: Sendable {
        case presence(Presence.Change)
        case typing(user: String)
    }

    private let room: RoomName
    private let happening: Happening
    private let encoded = Mutex(Encoded())

    private struct Encoded {
        var change: [StreamFormat: [UInt8]] = [:]
        var state: [StreamFormat: [UInt8]] = [:]
    }

    init(_ room: RoomName, _ happening: Happening) {
        self.room = room
        self.happening = happening
    }

    var isPresence: Bool {
        if case .presence = happening { true } else { false }
    }

    /// For a stream that had everything before.
    func bytes(in format: StreamFormat) -> [UInt8] {
        encoded.withLock { encoded in
            if let bytes = encoded.change[format] { return bytes }
            let event: ControlEvent =
                switch happening {
                case .presence(let change) where change.isOnlyCounted: .present(change, in: room)
                case .presence(let change): .presenceChange(change, in: room)
                case .typing(let user): .typing(user, in: room)
                }
            let bytes = event.bytes(in: format)
            encoded.change[format] = bytes
            return bytes
        }
    }

    /// Of a presence: all who are here, for a stream that may know nothing, or something else.
    func state(in format: StreamFormat) -> [UInt8] {
        encoded.withLock { encoded in
            guard case .presence(let change) = happening else { return [] }
            if let bytes = encoded.state[format] { return bytes }
            let bytes = ControlEvent.present(change, in: room).bytes(in: format)
            encoded.state[format] = bytes
            return bytes
        }
    }
}
