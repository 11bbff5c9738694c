internal import Chat

@testable internal import ChatStreams

/// Whatever people are called and say, no line is forged and no terminal driven.
func textLines(_ input: [UInt8]) {
    var bytes = Bytes(input)
    let (user, text) = (bytes.text(), bytes.text())
    var json = JSONObject()
    json.set("id", 7)
    json.set("user", user)
    json.set("text", text)
    json.set("sent_at", Timestamp(millisecondsSince1970: 1_795_000_000_000))
    let data = json.bytes()
    expectLines(TextLines.event(.message, room: nil, json: data[...]), begin: "[", "a message")
    expectLines(TextLines.event(.message, room: .lobby, json: data[...]), begin: "[", "a message with its room")
    expectLines(TextLines.notice(user), begin: "-- ", "a notice")
    let change = Presence.Change(joined: [user], left: [text], count: 2)
    expectLines(
        ControlEvent.presenceChange(change, in: .lobby).bytes(in: .text), begin: "-- ", "a change of who is here")
    for format in [StreamFormat.sse, .ndjson] {
        let bytes = ControlEvent.typing(user, in: .lobby).bytes(in: format)
        let lines = bytes.split(separator: 0x0a)
        expectEqual(lines.count, format == .sse ? 2 : 1, "lines of one event")
        guard let start = bytes.firstIndex(of: UInt8(ascii: "{")) else { fail("an event without data") }
        let object = bytes[start...].prefix { $0 != 0x0a }
        expect((try? ReferenceJSON(Array(object))) != nil, "an event's data that is no JSON")
    }
}

/// One line that begins as it should; what follows is indented; nothing in it that a terminal would obey.
func expectLines(_ bytes: [UInt8], begin: String, _ what: String) {
    guard let shown = String(validating: bytes, as: UTF8.self) else { fail("\(what) is not UTF-8") }
    // By scalars: a CR and a line feed are one Character.
    var lines = shown.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    expectEqual(lines.popLast(), "", "\(what) has no end")
    for (index, line) in lines.enumerated() {
        let start = index == 0 ? begin : String(repeating: " ", count: 11)
        expect(line.utf8.starts(with: start.utf8), "\(what) forges a line: \(line)")
    }
    for scalar in shown.unicodeScalars where scalar != "\n" {
        switch scalar.properties.generalCategory {
        case .format where scalar == "\u{200c}" || scalar == "\u{200d}": break
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
            fail("\(what) shows U+\(String(scalar.value, radix: 16))")
        default: break
        }
    }
}
