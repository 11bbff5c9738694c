import Chat
import Testing

@Suite struct SenderTests {
    @Test(arguments: [
        ("ann", "ann"), ("  Ann Lee \n", "Ann Lee"), ("e\u{301}lan", "élan"), ("大卫", "大卫"), ("👋", "👋"),
        ("❤\u{fe0f}ann", "❤️ann"),
        (String(repeating: "x", count: 64), String(repeating: "x", count: 64)),
    ])
    func guest_IsShownUnderTheirName(given: String, shown: String) throws {
        let sender = try Sender.guest(named: given)
        #expect(Array(sender.name.unicodeScalars) == Array(shown.unicodeScalars))
        #expect(sender.isGuest)
        #expect(!sender.isAnonymous)
    }

    @Test(arguments: [
        "", " ", "\u{a0}\u{2003}\n", "a\nb", "a\u{0}", "a\u{7f}b", "a\u{200b}b", "a\u{202e}b", "a\u{2028}b", "a\u{ad}b",
        "a\u{e000}", "\u{3164}", "\u{115f}a", "\u{ffa0}", "a\u{34f}", "a\u{fe0f}", "1\u{fe0f}", "\u{fe0f}a",
        "❤\u{fe0e}",
        "a\u{e0100}", String(repeating: "x", count: 65),
    ])
    func nameThatCannotBeSeen_IsRefused(given: String) {
        #expect(throws: ChatError.self) { try Sender.guest(named: given) }
    }

    @Test func refusal_SaysWhichCharacter() {
        let error = #expect(throws: ChatError.self) { try Sender.guest(named: "a\u{202e}b") }
        #expect(error == .badUserName(reason: "it contains U+202E, which cannot be seen"))
    }

    /// Keys are kept apart by identity, so nobody can name themselves into another's.
    @Test func identity_IsTheNamesOwn() throws {
        let anonymous = Sender.anonymousGuest(shownAs: "guest-ab3d")
        #expect(anonymous.isAnonymous)
        #expect(anonymous.name == "guest-ab3d")
        #expect(anonymous.identity == Sender.anonymousGuest(shownAs: "guest-zzzz").identity)
        for name in ["guest-ab3d", "guest", ":", "ann"] {
            let named = try Sender.guest(named: name)
            #expect(named.identity != anonymous.identity)
            #expect(named.identity == "guest:" + name)
        }
    }

    /// Names of ASCII alone are read in a shorter way; beside a letter of another script none is.
    @Test func ascii_IsAllowedAlone_AsBesideOtherLetters() {
        for value in 0...0x7f as ClosedRange<UInt8> {
            let character = String(Unicode.Scalar(value))
            let (alone, beside) = (
                try? Sender.guest(named: "a\(character)b"), try? Sender.guest(named: "大\(character)大")
            )
            #expect(alone?.name.dropFirst().first == beside?.name.dropFirst().first, "U+\(String(value, radix: 16))")
            #expect((try? Sender.guest(named: " \(character) "))?.name.contains(" ") != true)
        }
    }
}
