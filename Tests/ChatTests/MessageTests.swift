import Chat
import Testing

@Suite struct MessageTests {
    private static func json(_ post: Post, prev: EntryID = 1038) -> String {
        String(decoding: Message(post: post, id: 1042, prev: prev).json, as: UTF8.self)
    }

    private static let noon = Timestamp(millisecondsSince1970: 1_795_348_800_123)

    @Test func shortMessage_LeavesOutWhatItHasNot() throws {
        let post = try Post(room: .lobby, sender: .guest(named: "ann"), text: "hi", sentAt: Self.noon)
        #expect(
            Self.json(post, prev: .zero)
                == #"{"id":1042,"room":"lobby","prev":0,"user":"ann","guest":true,"text":"hi","#
                + #""sent_at":"2026-11-22T12:00:00.123Z"}"#)
    }

    @Test func wholeMessage_HasEveryField() throws {
        let post = try Post(
            room: RoomName("大厅"), sender: .guest(named: "\"ann\""), text: "a\nb\u{2028}\\ 💬", sentAt: Self.noon,
            replyTo: 1040, key: "not shown", clientID: "c-1")
        #expect(
            Self.json(post)
                == #"{"id":1042,"room":"大厅","prev":1038,"user":"\"ann\"","guest":true,"text":"a\nb\u2028\\ 💬","#
                + #""sent_at":"2026-11-22T12:00:00.123Z","client_id":"c-1","reply_to":1040}"#)
    }
}
