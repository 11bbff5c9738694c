import Chat
import Testing

@Suite struct PostTests {
    private static let anonymous = Sender.anonymousGuest(shownAs: "guest-ab3d")

    private static func post(
        _ text: String, by sender: Sender? = nil, limit: Int = Post.defaultTextLimit, replyTo: EntryID? = nil,
        key: String? = nil, clientID: String? = nil
    ) throws -> Post {
        try Post(
            room: .lobby, sender: sender ?? .guest(named: "ann"), text: text, textLimit: limit,
            sentAt: Timestamp(millisecondsSince1970: 0), replyTo: replyTo, key: key, clientID: clientID)
    }

    // MARK: Text

    @Test(arguments: ["", " ", "\n\t\r ", "\u{a0}\u{2003}\u{3000}", "\u{2028}"])
    func textOfWhiteSpace_IsEmpty(text: String) {
        #expect(throws: ChatError.emptyText) { try Self.post(text) }
    }

    @Test(arguments: ["x", " x ", "\u{0}", "👋", "line\nline\r\n"])
    func otherText_IsKeptAsItIs(text: String) throws {
        #expect(Array(try Self.post(text).text.utf8) == Array(text.utf8))
    }

    @Test func limit_CountsBytesOfUTF8() throws {
        _ = try Self.post(String(repeating: "x", count: 16 * 1024))
        #expect(throws: ChatError.textTooLong(bytes: 16 * 1024 + 1, limit: 16 * 1024)) {
            try Self.post(String(repeating: "x", count: 16 * 1024 + 1))
        }
        _ = try Self.post("大", limit: 3)
        #expect(throws: ChatError.textTooLong(bytes: 3, limit: 2)) { try Self.post("大", limit: 2) }
    }

    // MARK: Keys

    @Test func key_IsTheHeadersBeforeTheClients() throws {
        #expect(try Self.post("hi").key == nil)
        #expect(try Self.post("hi", clientID: "c").key?.text == "c")
        #expect(try Self.post("hi", key: "k", clientID: "c").key?.text == "k")
        #expect(try Self.post("hi", key: "k", clientID: "c").clientID == "c")
        #expect(try Self.post("hi", key: "k").clientID == nil)
    }

    @Test(arguments: ["", "a\nb", "\u{0}", String(repeating: "x", count: 201), String(repeating: "é", count: 101)])
    func unsoundKey_IsRefused_WhereverItStands(key: String) {
        for attempt in [{ try Self.post("hi", key: key) }, { try Self.post("hi", key: "k", clientID: key) }] {
            let error = #expect(throws: ChatError.self) { try attempt() }
            guard case .badKey = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func longestKey_IsTaken() throws {
        let key = String(repeating: "é", count: 100)
        #expect(try Self.post("hi", key: key).key?.text == key)
    }

    @Test func guestsWithoutAName_NeedLongKeys() throws {
        let long = String(repeating: "k", count: 22)
        #expect(try Self.post("hi", by: Self.anonymous, key: long).key?.text == long)
        #expect(throws: ChatError.keyTooShort(length: 21, minimum: 22)) {
            try Self.post("hi", by: Self.anonymous, key: String(long.dropLast()))
        }
        #expect(throws: ChatError.keyTooShort(length: 1, minimum: 22)) {
            try Self.post("hi", by: Self.anonymous, clientID: "c")
        }
        _ = try Self.post("hi", by: Self.anonymous, key: long, clientID: "c")
    }

    // MARK: Digests

    @Test func digest_TellsWhatWasPosted() throws {
        let first = try Self.post("hi", key: "k").key
        #expect(try Self.post("hi", key: "k").key == first)
        #expect(try Self.post("hi", clientID: "k").key == first)
        #expect(try Self.post("hi!", key: "k").key != first)
        #expect(try Self.post("hi", replyTo: 7, key: "k").key != first)
        #expect(try Self.post("hi", replyTo: 7, key: "k").key != Self.post("hi", replyTo: 71, key: "k").key)
        #expect(try Self.post("hi7", key: "k").key != Self.post("hi", replyTo: 7, key: "k").key)
    }

    /// It is stored with the post, so it may never change: the published values of FNV-1a.
    @Test(arguments: [("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)] as [(String, UInt64)])
    func digest_IsFNV1a(text: String, digest: UInt64) throws {
        #expect(try Self.post(text, key: "k").key?.digest == Int64(bitPattern: digest))
    }
}
