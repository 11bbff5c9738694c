internal import Chat

/// Events as lines of JSON: `{"event":"message","cursor":"k3f9ab-1042","data":{…}}`.
enum NDJSON {
    /// - Parameters:
    ///   - cursor: where a stream goes on after this event; `nil` for one that is no place in the log.
    ///   - data: one JSON object on one line.
    static func line(_ event: StaticString, cursor: Cursor?, data: some Collection<UInt8>) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(data.count + 64)
        line += #"{"event":""#.utf8
        event.withUTF8Buffer { line += $0 }
        if let cursor {
            line += #"","cursor":""#.utf8
            line += cursor.description.utf8
        }
        line += #"","data":"#.utf8
        line += data
        line += "}\n".utf8
        return line
    }
}
