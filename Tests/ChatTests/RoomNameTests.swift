import Chat
import Testing

@Suite struct RoomNameTests {
    @Test(arguments: [("Lobby", "lobby"), ("大厅", "大厅"), ("e\u{301}té", "été"), ("हिन्दी", "हिन्दी"), ("a-b_9", "a-b_9")])
    func name_IsStoredInOneSpelling(given: String, stored: String) throws {
        let name = try RoomName(given)
        #expect(Array(name.text.unicodeScalars) == Array(stored.unicodeScalars))
    }

    @Test(arguments: [
        "", "a b", "a/b", "a.b", "💬", "\u{301}a", "a\u{200b}b", "a\u{0}b", "\u{3164}", "a\u{fe0f}", "a\u{34f}b",
        String(repeating: "x", count: 65),
    ])
    func nameOfOtherCharacters_IsRefused(given: String) {
        #expect(throws: ChatError.self) { try RoomName(given) }
    }

    /// Names of ASCII alone are read in a shorter way; beside a letter of another script none is.
    @Test func ascii_IsAllowedAlone_AsBesideOtherLetters() {
        for value in 0...0x7f as ClosedRange<UInt8> {
            let character = String(Unicode.Scalar(value))
            let (alone, beside) = (try? RoomName("a" + character), try? RoomName("大" + character))
            #expect(alone?.text.dropFirst() == beside?.text.dropFirst(), "U+\(String(value, radix: 16))")
        }
    }

    @Test func length_IsCountedAfterNormalizing() throws {
        #expect(try RoomName(String(repeating: "e\u{301}", count: 64)).text.unicodeScalars.count == 64)
        #expect(throws: ChatError.self) { try RoomName(String(repeating: "é", count: 65)) }
    }

    @Test func refusal_SaysWhichCharacter() {
        let error = #expect(throws: ChatError.self) { try RoomName("a💬b") }
        #expect(
            error
                == .badRoomName("a💬b", reason: "only letters, digits, '-' and '_' are allowed, not U+1F4AC"))
    }

    /// A room's address is made from its stored name, and must lead to the same room.
    @Test func storedName_IsItsOwnSpelling() throws {
        for value in 0...0x1ffff as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value), let name = try? RoomName("a\(scalar)") else { continue }
            let again = try RoomName(name.text)
            guard again.text.utf8.elementsEqual(name.text.utf8) else {
                Issue.record("U+\(String(value, radix: 16)): \(name) becomes \(again)")
                continue
            }
        }
    }
}
