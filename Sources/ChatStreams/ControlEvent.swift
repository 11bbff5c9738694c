internal import Chat
internal import ServerSentEvents

/// What a stream says about itself, between the durable events.
struct ControlEvent {
    let name: StaticString
    let data: [UInt8]
    /// Where a stream goes on after this; `nil` for an event that is no place in the log.
    var cursor: Cursor?
    /// How it reads in the text format; `nil` where it is not told at all.
    var words: String?

    func bytes(in format: StreamFormat) -> [UInt8] {
        switch format {
        case .sse: EventStreamEncoder.frame(event: name, id: cursor.map { Array($0.description.utf8) }, line: data)
        case .ndjson: NDJSON.line(name, cursor: cursor, data: data)
        case .text: words.map(TextLines.notice) ?? []
        }
    }

    /// Shows a page's watchdog that the server lives: a named event, since comments never reach JavaScript.
    static func heartbeat(in format: StreamFormat) -> [UInt8] {
        switch format {
        case .sse: heartbeatSSE
        case .ndjson: heartbeatNDJSON
        case .text: []
        }
    }

    private static let heartbeatEvent = ControlEvent(name: "heartbeat", data: JSONObject().bytes())
    private static let heartbeatSSE = heartbeatEvent.bytes(in: .sse)
    private static let heartbeatNDJSON = heartbeatEvent.bytes(in: .ndjson)

    static func welcome(to opening: StreamOpening, position: Cursor, resumed: Bool, gapFollows: Bool) -> ControlEvent {
        var data = JSONObject()
        data.set("rooms", opening.rooms.map(\.text))
        data.set("cursor", position.description)
        data.set("user", opening.user)
        data.set("guest", opening.isGuest)
        data.set("resumed", resumed)
        data.set("refused", opening.refused.map(\.text))
        data.set("heartbeat", Int64(opening.heartbeatSeconds))
        data.set("server", opening.server)
        let rooms = opening.rooms.map(\.text).joined(separator: ", ")
        return ControlEvent(
            name: "welcome", data: data.bytes(), cursor: gapFollows ? nil : position,
            words: "\(opening.user) listens to \(rooms)")
    }

    static func gap(room: RoomName, reason: GapReason, oldest: EntryID?, position: Cursor?) -> ControlEvent {
        var data = JSONObject()
        data.set("room", room.text)
        data.set("reason", reason.rawValue)
        if let oldest { data.set("oldest_id", oldest.rawValue) }
        return ControlEvent(
            name: "gap", data: data.bytes(), cursor: position,
            words: "gap in \(room): \(reason.words)")
    }

    /// Gaps that come together. Only the last is a place to go on from: whoever is cut off among them, and resumes behind the
    /// first, would never be told of the others.
    static func gaps(
        _ rooms: [(name: RoomName, oldest: EntryID?)], _ reason: GapReason, position: Cursor, in format: StreamFormat
    ) -> [UInt8] {
        rooms.indices.flatMap { index in
            gap(
                room: rooms[index].name, reason: reason, oldest: rooms[index].oldest,
                position: index == rooms.count - 1 ? position : nil
            ).bytes(in: format)
        }
    }

    /// A gap for each room that has lost events, in the order of their names.
    static func gaps(_ expired: [RoomName: RemovedEvents], position: Cursor, in format: StreamFormat) -> [UInt8] {
        let rooms = expired.sorted { $0.key < $1.key }.map { (name: $0.key, oldest: $0.value.oldest as EntryID?) }
        return gaps(rooms, .expired, position: position, in: format)
    }

    static func caughtUp(rooms: [RoomName], replayed: Int) -> ControlEvent {
        var data = JSONObject()
        data.set("rooms", rooms.map(\.text))
        data.set("replayed", Int64(replayed))
        return ControlEvent(name: "caught-up", data: data.bytes())
    }

    /// Everyone who is here, or only how many: replaces what a client knew.
    static func present(_ change: Presence.Change, in room: RoomName) -> ControlEvent {
        var data = JSONObject()
        data.set("room", room.text)
        if let present = change.present { data.set("present", present) }
        data.set("count", Int64(change.count))
        let names = change.present.map { ": " + $0.joined(separator: ", ") } ?? ""
        return ControlEvent(
            name: "presence", data: data.bytes(),
            words: change.count == 0 ? "nobody is in \(room)" : "\(change.count) in \(room)\(names)")
    }

    /// Who came and who left since the last time.
    static func presenceChange(_ change: Presence.Change, in room: RoomName) -> ControlEvent {
        var data = JSONObject()
        data.set("room", room.text)
        data.set("joined", change.joined)
        data.set("left", change.left)
        data.set("count", Int64(change.count))
        let words = [(change.joined, "joined"), (change.left, "left")].filter { !$0.0.isEmpty }
            .map { "\($0.0.joined(separator: ", ")) \($0.1)" }
        return ControlEvent(
            name: "presence", data: data.bytes(), words: words.joined(separator: ", ") + " \(room)")
    }

    static func typing(_ user: String, in room: RoomName) -> ControlEvent {
        var data = JSONObject()
        data.set("room", room.text)
        data.set("user", user)
        return ControlEvent(name: "typing", data: data.bytes())
    }

    static func goodbye(_ reason: GoodbyeReason) -> ControlEvent {
        var data = JSONObject()
        data.set("reason", reason.rawValue)
        data.set("reconnect", true)
        return ControlEvent(name: "goodbye", data: data.bytes(), words: "goodbye: \(reason.rawValue)")
    }

    /// The reader may not have this room any more.
    static func revoked(_ room: RoomName) -> ControlEvent {
        var data = JSONObject()
        data.set("room", room.text)
        return ControlEvent(name: "revoked", data: data.bytes(), words: "\(room) is no longer yours to read")
    }

    /// The time after which an EventSource reconnects. Spread, so that the clients of a restarted server do not come at once.
    static func retry(in format: StreamFormat) -> [UInt8] {
        var bytes: [UInt8] = []
        if format == .sse { EventStreamEncoder.append(retry: .random(in: 2000...5000), to: &bytes) }
        return bytes
    }
}

/// Why the position that was asked for cannot be served.
public enum GapReason: String, Sendable {
    /// Of another epoch: the log was replaced, or is another one.
    case unknown
    /// Retention has removed events after it.
    case expired

    fileprivate var words: String {
        switch self {
        case .unknown: "the position is of another log"
        case .expired: "older messages are not kept"
        }
    }
}

/// Why the server ends a stream.
public enum GoodbyeReason: String, Sendable {
    case shutdown
    /// Nothing is left that the reader may read, or what they have shown is over.
    case revoked
    /// The last of its rooms is no more.
    case deleted
}
