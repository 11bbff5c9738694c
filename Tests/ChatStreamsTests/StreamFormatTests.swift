import Chat
import Foundation
import Testing

@testable import ChatStreams

@Suite struct StreamFormatTests {
    private static func message(_ id: EntryID, in room: String = "lobby", _ text: String, by user: String = "ann")
        -> RoomEvent
    {
        let post = try! Post(
            room: RoomName(room), sender: .guest(named: user), text: text,
            sentAt: Timestamp(millisecondsSince1970: 1_795_348_803_123))
        return RoomEvent(
            id: id, room: post.room, kind: .message, json: Message(post: post, id: id, prev: .zero).json)
    }

    private static func text(_ text: String, namesRoom: Bool = false) -> String {
        let frame = Frame(message(1, text), epoch: Stage.epoch)
        return String(decoding: frame.bytes(in: .text, namesRoom: namesRoom), as: UTF8.self)
    }

    /// The server's own, as the lines show it.
    private static let clock: String = {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "HH:mm:ss"
        return formatter.string(from: Date(timeIntervalSince1970: 1_795_348_803))
    }()

    // MARK: NDJSON

    @Test func ndjson_IsALineForEachEvent_WithItsCursorAndData() {
        let stage = Stage(stored: ["a"])
        stage.commit("a")
        let client = stage.open([RoomName(stored: "a")], from: .resume(after: 0), loop: 0, format: .ndjson)
        stage.run(client)
        stage.loops[0].streams.sayGoodbye(.shutdown)
        stage.run(client)
        #expect(
            client.takeText() == """
                {"event":"welcome","cursor":"k3f9ab-0","data":{"rooms":["a"],"cursor":"k3f9ab-0","user":"ann","guest":true,\
                "resumed":true,"refused":[],"heartbeat":15,"server":"roomcast/test"}}
                {"event":"message","cursor":"k3f9ab-1","data":{"id":1,"room":"a","text":""}}
                {"event":"message","cursor":"k3f9ab-2","data":{"id":2,"room":"a","text":""}}
                {"event":"caught-up","data":{"rooms":["a"],"replayed":2}}
                {"event":"goodbye","data":{"reason":"shutdown","reconnect":true}}

                """)
    }

    @Test func frame_IsEncodedOnceInEachFormat() {
        let frame = Frame(Self.message(1, "hi"), epoch: Stage.epoch)
        for format in [StreamFormat.ndjson, .text] {
            let (first, second) = (frame.bytes(in: format), frame.bytes(in: format))
            #expect(first.withUnsafeBytes { $0.baseAddress } == second.withUnsafeBytes { $0.baseAddress })
        }
    }

    // MARK: Text

    @Test func text_IsALineForAMessage() {
        #expect(Self.text("hi") == "[\(Self.clock)] ann: hi\n")
        #expect(Self.text("hi", namesRoom: true) == "[\(Self.clock)] #lobby ann: hi\n")
        #expect(Self.text("大家好 👩‍💻") == "[\(Self.clock)] ann: 大家好 👩‍💻\n")
    }

    @Test func text_TellsGapAndGoodbye_AndNoHeartbeats() {
        let stage = Stage(stored: ["a"])
        let client = stage.open(
            [RoomName(stored: "a")], from: .gap(.unknown, oldest: [:], after: nil), loop: 0, format: .text)
        stage.run(client)
        client.subscriber!.beat()
        stage.loops[0].streams.sayGoodbye(.shutdown)
        stage.run(client)
        #expect(
            client.takeText() == """
                -- ann listens to a --
                -- gap in a: the position is of another log --
                -- goodbye: shutdown --

                """)
    }

    /// Every line that begins at the margin is the server's own, and nothing in it reaches the terminal as a command.
    @Test(arguments: [
        ("a\n[12:00:00] bob: forged", "a\n           [12:00:00] bob: forged"),
        ("a\n-- goodbye: shutdown --", "a\n           -- goodbye: shutdown --"),
        ("a\r[12:00:00] bob: over it", #"a\x0D[12:00:00] bob: over it"#),
        ("\u{1b}[2J\u{1b}]0;title\u{07}", #"\x1B[2J\x1B]0;title\x07"#),
        ("\u{9b}31m", #"\x9B31m"#),
        ("\u{202e}gpj.exe", #"\u{202E}gpj.exe"#),
        ("a\u{2028}b\u{2029}c", #"a\u{2028}b\u{2029}c"#),
        ("zero\u{200b}width\u{feff}", #"zero\u{200B}width\u{FEFF}"#),
        ("bell\u{08}\u{7f}\t.", #"bell\x08\x7F\x09."#),
    ])
    func text_CannotForgeALine_NorDriveATerminal(given: String, shown: String) {
        #expect(Self.text(given) == "[\(Self.clock)] ann: \(shown)\n")
    }
}
