import Chat
import Testing

@Suite struct RoomNameTests {
    @Test(arguments: [("Lobby", "lobby"), ("大厅", "大厅"), ("e\u{301}té", "été"), ("हिन्दी", "हिन्दी"), ("a-b_9", "a-b_9")])
    func name_IsStoredInOneSpelling(given: String, stored: String) throws {
        let name = try RoomName(given)
        #expect(Array(name.text.unicodeScalars) == Array(stored.unicodeScalars))
    }

    @Test(arguments: [
        "", "a b", "a/b", "a.b", "💬", "\u{301}a", "a\u{200b}b", "a\u{0}b", String(repeating: "x", count: 65),
    ])
    func nameOfOtherCharacters_IsRefused(given: String) {
        #expect(throws: ChatError.self) { try RoomName(given) }
    }
}
