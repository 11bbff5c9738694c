extension ServerSentEvent {
    /// Appends this event in the order `event:`, `id:`, `retry:`, `data:`, and the empty line that dispatches it.
    ///
    /// Each line break in `data` (CR, LF or CRLF) begins another `data:` line, so a reader sees every one of them as LF.
    public func encode(into buffer: inout [UInt8]) {
        if let event { Self.append("event: ", event.utf8, to: &buffer) }
        if let id { Self.append("id: ", id.utf8, to: &buffer) }
        if let retry { Self.append("retry: ", String(retry).utf8, to: &buffer) }
        buffer.append(contentsOf: "data: ".utf8)
        var previous = UInt8.null
        for byte in data.utf8 {
            switch byte {
            case .lineFeed where previous == .carriageReturn: break
            case .lineFeed, .carriageReturn: buffer.append(contentsOf: "\ndata: ".utf8)
            default: buffer.append(byte)
            }
            previous = byte
        }
        buffer.append(.lineFeed)
        buffer.append(.lineFeed)
    }

    private static func append(_ name: StaticString, _ value: some Collection<UInt8>, to buffer: inout [UInt8]) {
        buffer.append(name)
        buffer.append(contentsOf: value)
        buffer.append(.lineFeed)
    }
}

extension [UInt8] {
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(contentsOf: $0) }
    }
}
