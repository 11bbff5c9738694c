/// The three buffers of the WHATWG text that the lines of an event fill until an empty line dispatches it.
struct PendingEvent: Sendable {
    var event = ""
    var retry: Int?

    /// The last event id buffer: unlike the others, it lasts from event to event.
    var id: String?

    /// Each line of data with the LF that the standard puts after it; empty means that there was no `data` line.
    private var data: [UInt8] = []

    init(id: String?) {
        self.id = id
    }

    /// Bytes held for this event.
    var size: Int { event.utf8.count + (id?.utf8.count ?? 0) + data.count }

    mutating func append(data value: ArraySlice<UInt8>) {
        data.append(contentsOf: value)
        data.append(.lineFeed)
    }

    /// The event, if it has data; either way only the id is left afterwards.
    mutating func take() -> ServerSentEvent? {
        defer {
            data.removeAll(keepingCapacity: true)
            event = ""
            retry = nil
        }
        guard !data.isEmpty else { return nil }
        return ServerSentEvent(
            event: event, data: String(decoding: data.dropLast(), as: UTF8.self), id: id, retry: retry)
    }
}
