/// One event of an event stream, as the WHATWG HTML standard, §9.2 "Server-sent events", defines it.
///
/// A value never holds a name or an id that would break out of its line: the initializer replaces the bytes that
/// cannot stand there, so that encoding cannot fail and nobody's text can forge a second event.
public struct ServerSentEvent: Hashable, Sendable {
    /// What `addEventListener` listens for; `nil` is the same as `message`. Never empty.
    public let event: String?

    /// Any text, line breaks too, which a stream carries as several `data:` lines.
    public let data: String

    /// The place in the stream that a reader gives back as `Last-Event-ID`.
    ///
    /// For an event to be sent, `nil` writes no `id:` line, and readers keep the id they have. In an event that was
    /// parsed it is the stream's last event id when the event was dispatched, so an id persists over events that carry
    /// none, as in the browser's `MessageEvent.lastEventId`; `nil` until the stream gives one. Empty takes the id back.
    public let id: String?

    /// The reconnection time in milliseconds that this event's own lines set, not negative.
    public let retry: Int?

    /// CR and LF in `event`, and CR, LF and NUL in `id`, become U+FFFD each, and an empty `event` becomes `nil`.
    ///
    /// - Precondition: `retry` is not negative.
    public init(event: String? = nil, data: String, id: String? = nil, retry: Int? = nil) {
        precondition(retry ?? 0 >= 0, "a reconnection time is not negative")
        self.event = event.flatMap { $0.isEmpty ? nil : Self.replacing(["\r", "\n"], in: $0) }
        self.data = data
        // A reader ignores the whole id line for one NUL, and would go on from the wrong place.
        self.id = id.map { Self.replacing(["\r", "\n", "\0"], in: $0) }
        self.retry = retry
    }

    private static func replacing(_ forbidden: [Unicode.Scalar], in text: String) -> String {
        guard text.unicodeScalars.contains(where: forbidden.contains) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { forbidden.contains($0) ? "\u{fffd}" : $0 }))
    }
}
