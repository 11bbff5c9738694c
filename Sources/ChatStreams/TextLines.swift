internal import Chat
internal import Foundation

/// Events as lines for people: `[12:00:03] ann: hi`, in the server's time zone.
///
/// No text can forge a line or drive a terminal: further lines of a message are indented, and control characters, and those
/// that turn the direction of writing or cannot be seen, are shown by their numbers.
enum TextLines {
    private static let indentation = "           "

    /// What a line shows of a message's JSON.
    private struct Shown: Decodable {
        var user: String
        var text: String
        var sentAt: String
        var deletedAt: String?

        enum CodingKeys: String, CodingKey {
            case user, text
            case sentAt = "sent_at"
            case deletedAt = "deleted_at"
        }
    }

    /// - Parameters:
    ///   - room: named in the line; `nil` where all lines are of one room.
    ///   - json: the event's data, which our own encoder wrote.
    static func event(_ kind: RoomEvent.Kind, room: RoomName?, json: ArraySlice<UInt8>) -> [UInt8] {
        if kind == .room { return decision(room: room, json: json) }
        if kind == .delete { return deletion(room: room, json: json) }
        if kind == .deletion { return end(of: room, json: json) }
        guard let shown = try? JSONDecoder().decode(Shown.self, from: Data(json)) else { return [] }
        let place = room.map { "#\($0) " } ?? ""
        let text = shown.deletedAt == nil ? harmless(shown.text) : "(deleted)"
        return Array("[\(clock(shown.sentAt))] \(place)\(harmless(shown.user)): \(text)\n".utf8)
    }

    private struct Deleted: Decodable {
        var by: String
        var messageID: Int64
        var why: String?

        enum CodingKeys: String, CodingKey {
            case by, why
            case messageID = "message_id"
        }
    }

    private static func deletion(room: RoomName?, json: ArraySlice<UInt8>) -> [UInt8] {
        guard let deleted = try? JSONDecoder().decode(Deleted.self, from: Data(json)) else { return [] }
        let place = room.map { " of #\($0)" } ?? ""
        return notice(
            "\(deleted.by) has deleted message \(deleted.messageID)\(place)" + (deleted.why.map { ": \($0)" } ?? ""))
    }

    private struct Ended: Decodable {
        var by: String
        var why: String?
    }

    private static func end(of room: RoomName?, json: ArraySlice<UInt8>) -> [UInt8] {
        guard let ended = try? JSONDecoder().decode(Ended.self, from: Data(json)) else { return [] }
        return notice(
            "\(ended.by) has deleted \(room.map { "#\($0)" } ?? "this room")" + (ended.why.map { ": \($0)" } ?? ""))
    }

    /// What a line shows of what was decided about a room.
    private struct Decided: Decodable {
        var by: String
        var title: String?
        var topic: String?
        var visibility: String
        var guests: String
    }

    private static func decision(room: RoomName?, json: ArraySlice<UInt8>) -> [UInt8] {
        guard let decided = try? JSONDecoder().decode(Decided.self, from: Data(json)) else { return [] }
        var words =
            "\(decided.by) has set \(room.map { "#\($0)" } ?? "this room"): \(decided.visibility), guests \(decided.guests)"
        if let title = decided.title { words += ", title “\(title)”" }
        if let topic = decided.topic { words += ", topic “\(topic)”" }
        return notice(words)
    }

    /// A line about the stream itself.
    static func notice(_ words: String) -> [UInt8] {
        Array("-- \(harmless(words)) --\n".utf8)
    }

    /// `2026-11-22T12:00:03.123Z` as `12:00:03`, or what it is there in `TZ`.
    private static func clock(_ timestamp: String) -> String {
        let numbers = timestamp.split { !$0.isNumber }.compactMap { Int32($0) }
        guard numbers.count >= 6 else { return "--:--:--" }
        var utc = tm()
        (utc.tm_year, utc.tm_mon, utc.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
        (utc.tm_hour, utc.tm_min, utc.tm_sec) = (numbers[3], numbers[4], numbers[5])
        var seconds = timegm(&utc)
        var local = tm()
        localtime_r(&seconds, &local)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(local.tm_hour)):\(two(local.tm_min)):\(two(local.tm_sec))"
    }

    static func harmless(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control where scalar == "\n": shown += "\n" + indentation
            case .control: shown += "\\x" + hexadecimal(scalar, width: 2)
            // Joiners belong to how emoji and some scripts are written.
            case .format where scalar == "\u{200d}" || scalar == "\u{200c}": shown.unicodeScalars.append(scalar)
            case .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
                shown += "\\u{" + hexadecimal(scalar, width: 1) + "}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, width: Int) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
