import Chat
import Foundation
import Testing

@testable import ChatStreams

/// Whole streams, byte for byte, in each of the three forms.
@Suite struct GoldenStreamTests {
    private static let sentAt = Timestamp(millisecondsSince1970: 1_795_348_803_123)

    /// The server's clock, as lines for people show it.
    private static let clock: String = {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "HH:mm:ss"
        return formatter.string(from: Date(timeIntervalSince1970: 1_795_348_803))
    }()

    /// A message as the log commits it. Its sender's name is not checked: older versions may have let others in.
    private static func event(
        _ id: EntryID, in room: String = "a", prev: EntryID, _ text: String, by user: String = "ann",
        replyTo: EntryID? = nil,
        clientID: String? = nil
    ) -> RoomEvent {
        let post = try! Post(
            room: RoomName(room), sender: .anonymousGuest(shownAs: user), text: text, sentAt: sentAt, replyTo: replyTo,
            key: clientID == nil ? nil : "0123456789012345678901", clientID: clientID)
        return RoomEvent(
            id: id, room: post.room, kind: .message, json: Message(post: post, id: id, prev: prev).json,
            replyTo: replyTo)
    }

    // MARK: All that a stream says

    /// One stream from its opening, over a loss to retention, to its end; and the opening of another that comes from
    /// another log. The room `a` has lost its first two events, `b` nothing.
    private func transcript(_ format: StreamFormat) -> String {
        var limits = Hub.Limits()
        limits.presence = Presence.Limits(linger: 0, spacing: 0)
        let stage = Stage(stored: ["a", "a", "a", "b"], limits: limits)
        stage.archive.expire("a", through: 2)
        let rooms = ["a", "b"].map(RoomName.init(stored:))
        let client = stage.open(
            rooms, from: .resume(after: 1), loop: 0, heartbeat: 20, format: format, attendance: .listed)
        stage.run(client)
        commit(Self.event(5, prev: 3, "hi", replyTo: 3, clientID: "c-1"), on: stage)
        stage.run(client)
        let bob = stage.open(rooms, from: .head, loop: 0, attendance: .listed, user: "bob")
        stage.run(client)
        stage.hub.types("bob", in: rooms[0])
        stage.waitForHub()
        stage.run(client)
        stage.close(bob)
        stage.run(client)
        client.subscriber!.beat()
        stage.run(client)
        stage.loops[0].streams.sayGoodbye(.shutdown)
        stage.run(client)
        #expect(client.ending == .end)

        let stranger = stage.open(
            rooms, from: .gap(.unknown, oldest: [rooms[0]: 3], after: 5), loop: 0, format: format)
        stage.run(stranger)
        let many = LiveFrame(
            rooms[0], .presence(Presence.Change(joined: ["eve"], present: nil, count: 101, isOnlyCounted: true)))
        let live = [many.bytes(in: format), many.state(in: format)].flatMap { $0 }
        return Self.withoutRetry(client.takeText()) + Self.withoutRetry(stranger.takeText())
            + String(decoding: live, as: UTF8.self)
    }

    private func commit(_ event: RoomEvent, on stage: Stage) {
        stage.archive.append([event])
        stage.hub.committed(CommittedBatch(events: [event], head: event.id, answers: []), isFollowed: true)
        stage.waitForHub()
    }

    /// The reconnection time is drawn by lot.
    private static func withoutRetry(_ text: String) -> String {
        text.replacing(/^retry: [2-5][0-9]{3}\n\n/, with: "retry\n\n")
    }

    @Test func serverSentEvents_AreByteExact() {
        #expect(
            transcript(.sse) == """
                retry

                event: welcome
                data: {"rooms":["a","b"],"cursor":"k3f9ab-2","user":"ann","guest":true,\
                "resumed":true,"refused":[],"heartbeat":20,"server":"roomcast/test"}

                event: gap
                id: k3f9ab-2
                data: {"room":"a","reason":"expired","oldest_id":3}

                event: message
                id: k3f9ab-3
                data: {"id":3,"room":"a","text":""}

                event: message
                id: k3f9ab-4
                data: {"id":4,"room":"b","text":""}

                event: caught-up
                data: {"rooms":["a","b"],"replayed":2}

                event: presence
                data: {"room":"a","present":["ann"],"count":1}

                event: presence
                data: {"room":"b","present":["ann"],"count":1}

                event: message
                id: k3f9ab-5
                data: {"id":5,"room":"a","prev":3,"user":"ann","guest":true,"text":"hi","sent_at":"2026-11-22T12:00:03.123Z",\
                "client_id":"c-1","reply_to":3}

                event: presence
                data: {"room":"a","joined":["bob"],"left":[],"count":2}

                event: presence
                data: {"room":"b","joined":["bob"],"left":[],"count":2}

                event: typing
                data: {"room":"a","user":"bob"}

                event: presence
                data: {"room":"a","joined":[],"left":["bob"],"count":1}

                event: presence
                data: {"room":"b","joined":[],"left":["bob"],"count":1}

                event: heartbeat
                data: {}

                event: goodbye
                data: {"reason":"shutdown","reconnect":true}

                retry

                event: welcome
                data: {"rooms":["a","b"],"cursor":"k3f9ab-5","user":"ann","guest":true,\
                "resumed":false,"refused":[],"heartbeat":15,"server":"roomcast/test"}

                event: gap
                data: {"room":"a","reason":"unknown","oldest_id":3}

                event: gap
                id: k3f9ab-5
                data: {"room":"b","reason":"unknown"}

                event: goodbye
                data: {"reason":"shutdown","reconnect":true}

                event: presence
                data: {"room":"a","count":101}

                event: presence
                data: {"room":"a","count":101}


                """)
    }

    @Test func ndjson_IsByteExact() {
        #expect(
            transcript(.ndjson) == """
                {"event":"welcome","data":{"rooms":["a","b"],"cursor":"k3f9ab-2","user":"ann","guest":true,\
                "resumed":true,"refused":[],"heartbeat":20,"server":"roomcast/test"}}
                {"event":"gap","cursor":"k3f9ab-2","data":{"room":"a","reason":"expired","oldest_id":3}}
                {"event":"message","cursor":"k3f9ab-3","data":{"id":3,"room":"a","text":""}}
                {"event":"message","cursor":"k3f9ab-4","data":{"id":4,"room":"b","text":""}}
                {"event":"caught-up","data":{"rooms":["a","b"],"replayed":2}}
                {"event":"presence","data":{"room":"a","present":["ann"],"count":1}}
                {"event":"presence","data":{"room":"b","present":["ann"],"count":1}}
                {"event":"message","cursor":"k3f9ab-5","data":{"id":5,"room":"a","prev":3,"user":"ann","guest":true,"text":"hi","sent_at":"2026-11-22T12:00:03.123Z",\
                "client_id":"c-1","reply_to":3}}
                {"event":"presence","data":{"room":"a","joined":["bob"],"left":[],"count":2}}
                {"event":"presence","data":{"room":"b","joined":["bob"],"left":[],"count":2}}
                {"event":"typing","data":{"room":"a","user":"bob"}}
                {"event":"presence","data":{"room":"a","joined":[],"left":["bob"],"count":1}}
                {"event":"presence","data":{"room":"b","joined":[],"left":["bob"],"count":1}}
                {"event":"heartbeat","data":{}}
                {"event":"goodbye","data":{"reason":"shutdown","reconnect":true}}
                {"event":"welcome","data":{"rooms":["a","b"],"cursor":"k3f9ab-5","user":"ann","guest":true,\
                "resumed":false,"refused":[],"heartbeat":15,"server":"roomcast/test"}}
                {"event":"gap","data":{"room":"a","reason":"unknown","oldest_id":3}}
                {"event":"gap","cursor":"k3f9ab-5","data":{"room":"b","reason":"unknown"}}
                {"event":"goodbye","data":{"reason":"shutdown","reconnect":true}}
                {"event":"presence","data":{"room":"a","count":101}}
                {"event":"presence","data":{"room":"a","count":101}}

                """)
    }

    @Test func text_IsByteExact() {
        #expect(
            transcript(.text) == """
                -- ann listens to a, b --
                -- gap in a: older messages are not kept --
                -- 1 in a: ann --
                -- 1 in b: ann --
                [\(Self.clock)] #a ann: hi
                -- bob joined a --
                -- bob joined b --
                -- bob left a --
                -- bob left b --
                -- goodbye: shutdown --
                -- ann listens to a, b --
                -- gap in a: the position is of another log --
                -- gap in b: the position is of another log --
                -- goodbye: shutdown --
                -- 101 in a --
                -- 101 in a --

                """)
    }

    // MARK: What people write

    /// What would begin an event, end one, turn the writing, hide, or drive a terminal, if it got through.
    private static let hostile = [
        "\n", "\r", "\r\n", "\n\n", "\r\r", "\n\ndata: {}\n\n", "x\nid: zzz-99\nevent: goodbye\ndata: {}\n\n",
        "\nretry: 1\n", "\n: comment\n", "\u{2028}", "\u{2029}", "\u{85}", "\u{0b}", "\u{0c}",
        "\u{1c}\u{1d}\u{1e}\u{1f}",
        "a\u{0}b", "\u{1b}[2J\u{1b}[H", "\u{1b}]0;title\u{07}", "\u{1b}]52;c;cm0gLXJmIC8=\u{07}", "\u{1b}P$q\u{1b}\\",
        "\u{9b}31m", "\u{90}q\u{9c}", "\u{8d}", "\u{07}\u{08}\u{7f}\t", "\u{e}\u{f}",
        "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}",
        "\u{2066}\u{2067}\u{2068}\u{2069}", "\u{200e}\u{200f}\u{61c}", "\u{200b}\u{2060}\u{feff}\u{ad}\u{180e}",
        "\u{fff9}\u{fffa}\u{fffb}", "\u{e0001}\u{e0041}", "\u{e000}", "\u{378}", "\u{d}\u{a}[12:00:00] bob: x",
        "\n[12:00:00] bob: forged", "\n-- goodbye: shutdown --", "\n           [12:00:00] bob: indented",
        "\"},\"x\":{\"", "\\",
        "\"", "\\n", "</script>", "{\"event\":\"goodbye\"}\n{\"event\":\"goodbye\"}",
    ]

    private struct Shown: Decodable, Equatable {
        var text: String
        var user: String
    }

    private struct Line: Decodable {
        var event: String
        var cursor: String
        var data: Shown
    }

    @Test(arguments: hostile)
    func hostileText_AndHostileName_AreOneEvent_InEachForm(hostile: String) throws {
        // Between letters, since a text of nothing but space is none.
        for (text, user) in [("x\(hostile)x", "ann"), ("hi", "x\(hostile)x"), ("x\(hostile)x", "x\(hostile)x")] {
            let frame = Frame(Self.event(1, prev: 0, text, by: user), epoch: Stage.epoch)
            let shown = Shown(text: text, user: user)

            let sse = frame.bytes(in: .sse)
            let prefix = "event: message\nid: k3f9ab-1\ndata: {"
            #expect(sse.starts(with: prefix.utf8) && sse.suffix(3) == Array("}\n\n".utf8))
            #expect(Self.isOneLine(sse.dropFirst(prefix.utf8.count).dropLast(2)))
            let data = Data(sse.dropFirst(prefix.utf8.count - 1).dropLast(2))
            #expect(try JSONDecoder().decode(Shown.self, from: data) == shown)

            let ndjson = frame.bytes(in: .ndjson)
            #expect(ndjson.last == 10 && Self.isOneLine(ndjson.dropLast()))
            let line = try JSONDecoder().decode(Line.self, from: Data(ndjson))
            #expect(line.event == "message" && line.cursor == "k3f9ab-1" && line.data == shown)

            for namesRoom in [false, true] {
                let lines = String(decoding: frame.bytes(in: .text, namesRoom: namesRoom), as: UTF8.self)
                #expect(lines.hasPrefix("[\(Self.clock)] \(namesRoom ? "#a " : "")x") || user == "ann")
                #expect(Self.isHarmless(lines), "\(lines)")
            }
        }
    }

    @Test(arguments: hostile)
    func hostileName_IsOneEvent_WhereverItIsTold(hostile: String) throws {
        let room = RoomName(stored: "a")
        let name = "x\(hostile)x"
        let stage = Stage()
        let opening = StreamOpening(
            rooms: [room], start: .head, attendance: .listed, format: .sse, loop: stage.loops[0].streams, group: 0,
            heartbeatSeconds: 15, user: name, isGuest: true, server: "roomcast/test", access: .unrestricted,
            accessGeneration: 0)
        let events = [
            ControlEvent.welcome(
                to: opening, position: Cursor(epoch: Stage.epoch, id: 0), resumed: false, gapFollows: false),
            .typing(name, in: room), .present(Presence.Change(present: [name], count: 1), in: room),
            .presenceChange(Presence.Change(joined: [name], left: [name], present: [], count: 0), in: room),
        ]
        for event in events {
            let sse = event.bytes(in: .sse)
            #expect(sse.suffix(3) == Array("}\n\n".utf8))
            let fields = sse.dropLast(2).split(separator: 10, omittingEmptySubsequences: false)
            #expect(fields.count == (event.cursor == nil ? 2 : 3) && fields.allSatisfy(Self.isOneLine))
            let ndjson = event.bytes(in: .ndjson)
            #expect(ndjson.last == 10 && Self.isOneLine(ndjson.dropLast()))
            #expect((try? JSONSerialization.jsonObject(with: Data(ndjson))) != nil)
            let text = String(decoding: event.bytes(in: .text), as: UTF8.self)
            #expect(text.isEmpty || text.hasPrefix("-- ") && text.hasSuffix(" --\n"))
            #expect(Self.isHarmless(text), "\(text)")
        }
    }

    /// No reader, not even one that splits at more than LF, finds two lines in it.
    private static func isOneLine(_ bytes: some Collection<UInt8>) -> Bool {
        guard let text = String(validating: Array(bytes), as: UTF8.self) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && scalar != "\u{2028}" && scalar != "\u{2029}"
        }
    }

    /// What begins at the margin is the server's, and nothing is a command or cannot be seen.
    private static func isHarmless(_ lines: String) -> Bool {
        guard lines.isEmpty || lines.unicodeScalars.last == "\n" else { return false }
        let further = lines.unicodeScalars.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
            .dropFirst()
        return further.allSatisfy { $0.starts(with: "           ".unicodeScalars) }
            && lines.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control: scalar == "\n"
                case .format: scalar == "\u{200c}" || scalar == "\u{200d}"
                case .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: false
                default: true
                }
            }
    }
}
