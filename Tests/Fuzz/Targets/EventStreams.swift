internal import ServerSentEvents

/// The parser: cut anywhere it reads the same, and it reads what the standard's own words read.
func eventStream(_ input: [UInt8]) {
    var bytes = Bytes(input)
    let seed = bytes.number()
    let stream = Array(bytes.rest)
    for limit in [1 << 20, 1 + seed % 64] {
        let whole = Reading(of: [stream[...]], limit: limit)
        expectEqual(Reading(of: pieces(of: stream, seed: seed), limit: limit), whole, "cut into pieces")
        expectEqual(Reading(of: stream.indices.map { stream[$0...$0] }, limit: limit), whole, "byte by byte")
        for event in whole.events {
            expect(event.event?.isEmpty != true, "an empty name")
            expect(!(event.event ?? "").utf8.contains { $0 == 0x0a || $0 == 0x0d }, "a name of two lines")
            expect(!(event.id ?? "").utf8.contains { $0 == 0x0a || $0 == 0x0d || $0 == 0 }, "an id of two lines")
            expect(!event.data.utf8.contains(0x0d), "a CR in data")
            expect(event.data.utf8.count <= 3 * limit, "data over the limit")
        }
        if limit == 1 << 20 { agree(whole, with: stream) }
    }
}

private func agree(_ whole: Reading, with stream: [UInt8]) {
    let words = StandardReading(of: stream)
    expectEqual(whole.events, words.events, "by the words of the standard")
    expectEqual(whole.lastEventID, words.lastEventID, "the last id, by the words of the standard")
    expectEqual(whole.reconnectionTime, words.reconnectionTime, "the time, by the words of the standard")
    // What was read is written and read once more.
    var again: [UInt8] = []
    for event in whole.events { event.encode(into: &again) }
    expectEqual(Reading(of: [again[...]], limit: 1 << 22).events, whole.events, "read, written, read")
}

private struct Reading: Equatable {
    var events: [ServerSentEvent] = []
    var lastEventID: String?
    var reconnectionTime: Int?
    var failure: EventStreamError?

    init(of chunks: [ArraySlice<UInt8>], limit: Int) {
        var parser = EventStreamParser(maximumEventSize: limit)
        var events: [ServerSentEvent] = []
        do throws(EventStreamError) {
            for chunk in chunks { try parser.parse(chunk) { events.append($0) } }
        } catch {
            failure = error
        }
        self.events = events
        lastEventID = parser.lastEventID
        // What follows a failure is not compared: how much of the chunk was read by then differs.
        reconnectionTime = failure == nil ? parser.reconnectionTime : nil
    }
}

/// The standard's §9.2.6, sentence by sentence: decoded first, then split into lines, slow and plain.
private struct StandardReading {
    var events: [ServerSentEvent] = []
    var lastEventID: String?
    var reconnectionTime: Int?

    init(of stream: [UInt8]) {
        var scalars = Array(String(decoding: stream, as: UTF8.self).unicodeScalars)
        if scalars.first == "\u{feff}" { scalars.removeFirst() }
        var (data, event, retry): (String, String, Int?) = ("", "", nil)
        var idBuffer: String?
        for line in Self.lines(scalars) {
            if line.isEmpty {
                lastEventID = idBuffer
                if !data.isEmpty {
                    data.unicodeScalars.removeLast()
                    events.append(ServerSentEvent(event: event, data: data, id: idBuffer, retry: retry))
                }
                (data, event, retry) = ("", "", nil)
                continue
            }
            if line.first == ":" { continue }
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            var value = line[min(colon + 1, line.endIndex)...]
            if value.first == " " { value.removeFirst() }
            switch Self.text(line[..<colon]) {
            case "event": event = Self.text(value)
            case "data": data.unicodeScalars.append(contentsOf: Array(value) + ["\n"])
            case "id" where !value.contains("\0"): idBuffer = Self.text(value)
            case "retry" where !value.isEmpty && value.allSatisfy { ("0"..."9").contains($0) }:
                retry = Int(Self.text(value)) ?? .max
                reconnectionTime = retry
            default: break
            }
        }
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        return text
    }

    /// Those that have ended.
    private static func lines(_ scalars: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
        var (lines, start, index): ([ArraySlice<Unicode.Scalar>], Int, Int) = ([], 0, 0)
        while index < scalars.count {
            if scalars[index] == "\n" || scalars[index] == "\r" {
                lines.append(scalars[start..<index])
                if scalars[index] == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" { index += 1 }
                start = index + 1
            }
            index += 1
        }
        return lines
    }
}

/// Any event at all, written and read again, is itself; its line breaks are line feeds then.
func eventEncoding(_ input: [UInt8]) {
    var bytes = Bytes(input)
    let choice = bytes.number()
    let event = ServerSentEvent(
        event: choice & 1 == 0 ? bytes.text() : nil, data: bytes.text(), id: choice & 2 == 0 ? bytes.text() : nil,
        retry: choice & 4 == 0 ? nil : choice)
    var written: [UInt8] = []
    event.encode(into: &written)
    event.encode(into: &written)
    var read: [ServerSentEvent] = []
    var parser = EventStreamParser()
    do throws(EventStreamError) {
        for piece in pieces(of: written, seed: choice) { try parser.parse(piece) { read.append($0) } }
    } catch {
        fail("\(error)")
    }
    let expected = ServerSentEvent(
        event: event.event, data: unified(event.data), id: event.id, retry: event.retry)
    expectEqual(read, [expected, expected], "an event written twice")
}

private func unified(_ text: String) -> String {
    var (unified, previous): ([UInt8], UInt8) = ([], 0)
    for byte in text.utf8 {
        if byte == 0x0d || byte == 0x0a && previous != 0x0d { unified.append(0x0a) }
        if byte != 0x0d && byte != 0x0a { unified.append(byte) }
        previous = byte
    }
    return String(decoding: unified, as: UTF8.self)
}
