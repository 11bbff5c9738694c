import Chat

/// What streams should hold, written out.
enum Expected {
    static func json(_ id: EntryID, _ room: String, _ padding: Int = 0) -> String {
        #"{"id":\#(id),"room":"\#(room)","text":"\#(String(repeating: "x", count: padding))"}"#
    }

    static func message(_ id: EntryID, _ room: String = "a", padding: Int = 0) -> String {
        "event: message\nid: k3f9ab-\(id)\ndata: \(json(id, room, padding))\n\n"
    }

    /// Messages of one room.
    static func messages(_ ids: ClosedRange<Int64>, _ room: String = "a", padding: Int = 0) -> String {
        ids.map { message(EntryID(rawValue: $0), room, padding: padding) }.joined()
    }

    static func welcome(
        _ rooms: [String] = ["a"], at id: EntryID, resumed: Bool = false, withID: Bool = true, heartbeat: Int = 15
    ) -> String {
        "event: welcome\n" + (withID ? "id: k3f9ab-\(id)\n" : "")
            + #"data: {"rooms":\#(list(rooms)),"cursor":"k3f9ab-\#(id)","user":"ann","guest":true,"#
            + #""resumed":\#(resumed),"refused":[],"heartbeat":\#(heartbeat),"server":"roomcast/test"}"# + "\n\n"
    }

    /// - Parameter id: of the last one, where several come together.
    static func gap(_ room: String = "a", oldest: EntryID?, at id: EntryID?) -> String {
        "event: gap\n" + (id.map { "id: k3f9ab-\($0)\n" } ?? "")
            + #"data: {"room":"\#(room)","reason":"unknown"\#(oldest.map { #","oldest_id":\#($0)"# } ?? "")}"# + "\n\n"
    }

    static func caughtUp(_ rooms: [String] = ["a"], replayed: Int) -> String {
        "event: caught-up\n" + #"data: {"rooms":\#(list(rooms)),"replayed":\#(replayed)}"# + "\n\n"
    }

    static func deletionJSON(_ id: EntryID, _ room: String) -> String {
        #"{"id":\#(id),"room":"\#(room)","deleted":true}"#
    }

    static func deletion(_ id: EntryID, _ room: String = "a") -> String {
        "event: room\nid: k3f9ab-\(id)\ndata: \(deletionJSON(id, room))\n\n"
    }

    static let deleted = "event: goodbye\n" + #"data: {"reason":"deleted","reconnect":true}"# + "\n\n"
    static let heartbeat = "event: heartbeat\ndata: {}\n\n"
    static func revoked(_ room: String) -> String {
        "event: revoked\n" + #"data: {"room":"\#(room)"}"# + "\n\n"
    }

    static let goodbyeRevoked = "event: goodbye\n" + #"data: {"reason":"revoked","reconnect":true}"# + "\n\n"
    static let goodbye = "event: goodbye\n" + #"data: {"reason":"shutdown","reconnect":true}"# + "\n\n"

    private static func list(_ rooms: [String]) -> String {
        "[" + rooms.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }
}
