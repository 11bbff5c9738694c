internal import Chat
internal import ServerSentEvents

/// What a stream says about itself, between the durable events: encoded for one stream, or once for all.
enum ControlEvent {
    /// Shows a page's watchdog that the server lives: a named event, since comments never reach JavaScript.
    static let heartbeat = frame("heartbeat", JSONObject().bytes())

    static func welcome(
        rooms: [RoomName], position: Cursor, user: String, isGuest: Bool, resumed: Bool, heartbeatSeconds: Int,
        server: String, withID: Bool
    ) -> [UInt8] {
        var data = JSONObject()
        data.set("rooms", rooms.map(\.text))
        data.set("cursor", position.description)
        data.set("user", user)
        data.set("guest", isGuest)
        data.set("resumed", resumed)
        data.set("refused", [String]())
        data.set("heartbeat", Int64(heartbeatSeconds))
        data.set("server", server)
        return frame("welcome", data.bytes(), id: withID ? position : nil)
    }

    static func gap(room: RoomName, reason: GapReason, oldest: EntryID?, position: Cursor) -> [UInt8] {
        var data = JSONObject()
        data.set("room", room.text)
        data.set("reason", reason.rawValue)
        if let oldest { data.set("oldest_id", oldest.rawValue) }
        return frame("gap", data.bytes(), id: position)
    }

    static func caughtUp(rooms: [RoomName], replayed: Int) -> [UInt8] {
        var data = JSONObject()
        data.set("rooms", rooms.map(\.text))
        data.set("replayed", Int64(replayed))
        return frame("caught-up", data.bytes())
    }

    static func goodbye(_ reason: GoodbyeReason) -> [UInt8] {
        var data = JSONObject()
        data.set("reason", reason.rawValue)
        data.set("reconnect", true)
        return frame("goodbye", data.bytes())
    }

    /// The time after which a client reconnects. Spread, so that the clients of a restarted server do not come at once.
    static func retry() -> [UInt8] {
        var bytes: [UInt8] = []
        EventStreamEncoder.append(retry: .random(in: 2000...5000), to: &bytes)
        return bytes
    }

    private static func frame(_ event: StaticString, _ data: [UInt8], id: Cursor? = nil) -> [UInt8] {
        EventStreamEncoder.frame(event: event, id: id.map { Array($0.description.utf8) }, line: data)
    }
}

/// Why the position that was asked for cannot be served.
public enum GapReason: String, Sendable {
    /// Of another epoch: the log was replaced, or is another one.
    case unknown
}

/// Why the server ends a stream.
public enum GoodbyeReason: String, Sendable {
    case shutdown
}
