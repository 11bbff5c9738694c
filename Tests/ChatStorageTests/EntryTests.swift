import Chat
import Testing

@testable import ChatStorage

/// Entries as several servers hand them to each other.
@Suite struct EntryTests {
    private func again(_ entry: Entry) throws -> Entry {
        try Entry(kind: #require(Entry.Kind("\(entry.kind)")), json: entry.json)
    }

    @Test func post_IsReadAsItWasWritten() throws {
        let posts = [
            try Post(
                room: RoomName("大厅"), sender: .guest(named: "änn ❤️"), text: "two\nlines \"\u{2028}\u{0}",
                sentAt: .now(),
                replyTo: 7, key: "k/1", clientID: "c", mayMakeRoom: false),
            try Post(
                room: .lobby, sender: .anonymousGuest(shownAs: "guest-ab12"), text: "hi",
                sentAt: Timestamp(millisecondsSince1970: -1)),
        ]
        for post in posts {
            guard case .post(let read) = try again(Entry(post)).content else {
                Issue.record("another kind")
                continue
            }
            #expect(read == post)
        }
    }

    @Test func stepsOfRetention_AreReadAsTheyWereWritten() throws {
        let expiry = try again(Entry(.expire(Expiry(room: RoomName("a"), roomID: 3, through: 9))))
        #expect(expiry.room?.text == "a" && expiry.removesThrough == 9 && "\(expiry.kind)" == "retention/1")
        let sweep = KeySweep(
            after: .start, through: .init(key: "k", roomID: 4, sender: "guest:ann"),
            at: Timestamp(millisecondsSince1970: 5), isLast: true)
        guard case .forgetKeys(let read) = try again(Entry(.forgetKeys(sweep))).content else {
            Issue.record("another kind")
            return
        }
        #expect(read.after == sweep.after && read.through == sweep.through && read.at == sweep.at && read.isLast)
    }

    @Test(arguments: ["message/2", "hologram/1"])
    func unknownKind_IsNotGuessedAt(kind: String) throws {
        #expect(throws: Entry.Unknown.self) { try Entry(kind: #require(Entry.Kind(kind)), json: "{}".utf8) }
    }

    @Test(arguments: ["", "{}", #"{"room":"a"}"#, "[1]"])
    func whatNoServerWrites_IsMalformed(json: String) throws {
        for kind in Entry.knownKinds {
            #expect(throws: Entry.Malformed.self) { try Entry(kind: kind, json: json.utf8) }
        }
    }

    /// What the first nodes knew never changes, and is still known.
    @Test func originalKinds_AreKnown() {
        #expect(Entry.originalKinds.map { "\($0)" } == ["message/1", "retention/1", "key_sweep/1"])
        #expect(Set(Entry.originalKinds).isSubset(of: Entry.knownKinds))
    }
}
