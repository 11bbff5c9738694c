internal import Chat

/// The name of a cluster: what its stream, its bucket and its subjects begin with, so that several fit on the same NATS servers.
public struct ClusterName: Hashable, Sendable, CustomStringConvertible {
    public static let standard = ClusterName(checked: "roomcast")
    /// Bytes.
    public static let maximumLength = 32

    public let text: String

    /// 1–32 of `a`–`z`, `0`–`9`, `-` and `_`: all that the names of streams, buckets and subjects have in common.
    public init?(_ given: String) {
        let bytes = given.utf8
        guard (1...Self.maximumLength).contains(bytes.count),
            bytes.allSatisfy({ byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            })
        else { return nil }
        text = given
    }

    private init(checked text: String) {
        self.text = text
    }

    public var description: String { text }

    /// The JetStream stream that is the log.
    public var stream: String { "ROOMCAST_\(text)" }
    /// The key-value bucket with what all nodes share besides.
    public var bucket: String { "roomcast_\(text)" }
    /// Every entry of the log.
    var everyEntry: String { "roomcast.\(text).log.>" }

    /// Of entries of one kind; `room` is `nil` for those about the server. Room names have none of the characters that mean something
    /// in a subject.
    func subject(of kind: String, in room: RoomName?) -> String {
        room.map { "roomcast.\(text).log.room.\($0.text).\(kind)" } ?? "roomcast.\(text).log.server.\(kind)"
    }

    func everyEntry(of room: RoomName) -> String { "roomcast.\(text).log.room.\(room.text).>" }

    /// Where nodes tell each other who is with them; core NATS.
    var nodes: String { "roomcast.\(text).nodes" }
    /// Where a node asks for a copy of another's file; core NATS.
    var snapshots: String { "roomcast.\(text).snapshots" }
}
