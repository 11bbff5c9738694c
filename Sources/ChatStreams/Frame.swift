internal import Chat
internal import ServerSentEvents
internal import Synchronization

/// A committed event as the bytes that streams send: encoded at most once in each format, shared by all, never changed.
final class Frame: Sendable {
    let id: EntryID
    /// As an event stream has it: what nearly all streams want, made at once.
    let sse: [UInt8]
    let room: RoomName
    let kind: RoomEvent.Kind
    /// The message that a message replies to.
    let replyTo: EntryID?
    private let cursor: Cursor
    private let others = Mutex(Others())

    private struct Others {
        var ndjson: [UInt8]?
        var text: [UInt8]?
        var textWithRoom: [UInt8]?
    }

    init(_ event: RoomEvent, epoch: Epoch) {
        id = event.id
        room = event.room
        kind = event.kind
        replyTo = event.replyTo
        cursor = Cursor(epoch: epoch, id: event.id)
        sse = EventStreamEncoder.frame(
            event: event.kind.streamName, id: Array(cursor.description.utf8), line: event.json)
    }

    /// - Parameter namesRoom: the stream carries several rooms, so a line for people says which it is from.
    func bytes(in format: StreamFormat, namesRoom: Bool = false) -> [UInt8] {
        switch format {
        case .sse: sse
        case .ndjson:
            others.withLock { Self.made(&$0.ndjson) { NDJSON.line(kind.streamName, cursor: cursor, data: json) } }
        case .text where namesRoom:
            others.withLock { Self.made(&$0.textWithRoom) { TextLines.event(kind, room: room, json: json) } }
        case .text:
            others.withLock { Self.made(&$0.text) { TextLines.event(kind, room: nil, json: json) } }
        }
    }

    private static func made(_ kept: inout [UInt8]?, _ make: () -> [UInt8]) -> [UInt8] {
        if let kept { return kept }
        let bytes = make()
        kept = bytes
        return bytes
    }

    /// The event's data, which ends the frame, before its two line feeds: a frame keeps one copy of it.
    private var json: ArraySlice<UInt8> {
        let data = Array("\ndata: ".utf8)
        let start = sse.indices.first { sse[$0...].starts(with: data) }!
        return sse[(start + data.count)..<(sse.count - 2)]
    }
}

extension RoomEvent.Kind {
    /// The `event:` field's value.
    var streamName: StaticString {
        switch self {
        case .message: "message"
        case .room, .deletion: "room"
        case .delete: "delete"
        }
    }
}
