/// The forms in which a stream's events can be sent.
public enum StreamFormat: String, Sendable, CaseIterable {
    /// Server-Sent Events (WHATWG).
    case sse
    /// A JSON object on each line.
    case ndjson
    /// Lines for people, safe to show in a terminal.
    case text

    public var contentType: String {
        switch self {
        case .sse: "text/event-stream"
        case .ndjson: "application/x-ndjson"
        case .text: "text/plain; charset=utf-8"
        }
    }
}
