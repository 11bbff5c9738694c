internal import ChatStreams
internal import MicroHTTPD

extension StreamFormat {
    /// The form that was asked for: `format=`, else the best of what `Accept` allows (RFC 9110 §12.5.1), else an event
    /// stream.
    init(_ call: borrowing Call) throws(Problem) {
        if let name = call.target.argument("format") {
            guard let format = StreamFormat(rawValue: name) else {
                throw Problem(400, "bad_parameter", "format=\(name) is none of sse, ndjson and text.")
            }
            self = format
            return
        }
        guard let accept = call.request.header("Accept") else {
            self = .sse
            return
        }
        let preferences = AcceptHeader(accept)
        let best = StreamFormat.allCases.map { ($0, preferences.quality(of: $0.mediaType)) }
            .filter { $0.1 > 0 }.max { $0.1 < $1.1 }
        guard let (format, quality) = best else {
            throw Problem(
                406, "not_acceptable",
                "A stream is text/event-stream, application/x-ndjson or text/plain; Accept allows none of them.")
        }
        // Of several that are wanted as much, the first: an event stream.
        self = preferences.quality(of: StreamFormat.sse.mediaType) == quality ? .sse : format
    }

    private var mediaType: String {
        String(contentType.prefix { $0 != ";" })
    }
}
