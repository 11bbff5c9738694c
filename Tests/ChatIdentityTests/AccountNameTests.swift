import ChatIdentity
import Testing

@Suite struct AccountNameTests {
    @Test(arguments: [
        "Ann", "a", "7", "Ann Lee", "O'Neil", "ann_lee-2.0", "élan", "Ольга", "ольга1", "山田太郎", "田タ Ann", "Ἀθηνᾶ",
        "สมชาย",
        "अनिल", "guest", "guests-x", String(repeating: "x", count: 64),
    ])
    func name_IsTaken(given: String) throws {
        let name = try AccountName(given)
        #expect(Array(name.text.unicodeScalars) == Array(given.unicodeScalars))
        #expect(name.key == NameKey(given))
    }

    @Test func name_IsComposed() throws {
        #expect(Array(try AccountName("e\u{301}lan").text.unicodeScalars) == Array("\u{e9}lan".unicodeScalars))
    }

    @Test(
        arguments: [
            ("", .empty), (String(repeating: "x", count: 65), .tooLong(characters: 65, limit: 64)),
            ("a\nb", .characterNotAllowed("\n")), ("a\u{200d}b", .characterNotAllowed("\u{200d}")),
            ("a\u{3164}", .characterNotAllowed("\u{3164}")), ("a\u{34f}", .characterNotAllowed("\u{34f}")),
            ("a\u{a0}b", .characterNotAllowed("\u{a0}")), ("👋", .characterNotAllowed("👋")),
            ("a@b", .characterNotAllowed("@")), ("a/b", .characterNotAllowed("/")),
            ("a:b", .characterNotAllowed(":")), ("a\u{20dd}", .characterNotAllowed("\u{20dd}")),
            (" a", .spaces), ("a ", .spaces), ("a  b", .spaces), ("...", .noLetter), ("\u{301}a", .beginsWithMark),
            ("Аnn", .mixedScripts), ("раураl", .mixedScripts), ("Νick", .mixedScripts), ("अआक1१", .mixedNumbers),
            ("i\u{307}x", .hiddenMark), ("guest-ab3d", .forGuests), ("GUEST-x", .forGuests),
            ("Gue\u{455}t-x", .forGuests), ("guest-", .forGuests),
        ] as [(String, AccountNameError)])
    func otherName_IsRefused(given: String, error: AccountNameError) {
        let thrown = #expect(throws: AccountNameError.self) { try AccountName(given) }
        #expect(thrown == error)
    }

    @Test func refusal_SaysWhy() {
        let error = #expect(throws: AccountNameError.self) { try AccountName("ann\u{202e}") }
        #expect(error?.reason == "it contains U+202E; letters, digits, spaces and . - _ ' are allowed")
    }
}
