/// Writes events whose parts are bytes already, for the path that every chat message takes once: no `String` is made
/// and nothing is scanned. What people wrote goes through JSON first, which leaves no line break; anything else is
/// ``ServerSentEvent/encode(into:)``'s.
///
/// Any thread may call these functions.
public enum EventStreamEncoder {
    /// One event in a buffer of its own, allocated once at its exact size, to be kept and shared.
    ///
    /// - Precondition: as for ``append(event:id:line:to:)``.
    public static func frame(event: StaticString?, id: [UInt8]?, line data: [UInt8]) -> [UInt8] {
        var size = "data: \n\n".utf8.count + data.count
        if let event { size += "event: \n".utf8.count + event.withUTF8Buffer { $0.count } }
        if let id { size += "id: \n".utf8.count + id.count }
        var buffer: [UInt8] = []
        buffer.reserveCapacity(size)
        append(event: event, id: id, line: data, to: &buffer)
        return buffer
    }

    /// Appends one event in the order `event:`, `id:`, `data:`, and the empty line that dispatches it.
    ///
    /// - Precondition: `event` and `id` hold no CR, LF or NUL, `data` no CR or LF, and `event` is not empty. Checked in
    ///   debug builds only.
    public static func append(event: StaticString?, id: [UInt8]?, line data: [UInt8], to buffer: inout [UInt8]) {
        assert(!data.contains { $0 == .lineFeed || $0 == .carriageReturn }, "the data is not one line")
        if let event {
            assert(isName(event), "not an event's name: \(event)")
            buffer.append("event: ")
            buffer.append(event)
            buffer.append(.lineFeed)
        }
        if let id {
            assert(isFieldValue(id), "the id is not one line")
            buffer.append("id: ")
            buffer.append(contentsOf: id)
            buffer.append(.lineFeed)
        }
        buffer.append("data: ")
        buffer.append(contentsOf: data)
        buffer.append("\n\n")
    }

    /// Appends a reconnection time, in milliseconds, in a block of its own that dispatches no event.
    ///
    /// - Precondition: `milliseconds` is not negative.
    public static func append(retry milliseconds: Int, to buffer: inout [UInt8]) {
        precondition(milliseconds >= 0, "a reconnection time is not negative")
        buffer.append("retry: ")
        buffer.append(contentsOf: String(milliseconds).utf8)
        buffer.append("\n\n")
    }

    private static func isName(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { !$0.isEmpty && isFieldValue($0) }
    }

    private static func isFieldValue(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.contains { $0 == .carriageReturn || $0 == .lineFeed || $0 == .null }
    }
}
