import Chat
import ChatIdentity
import Testing

@Suite struct SignedGuestTests {
    private let signer = GuestSigner(secret: Array(0..<32))!
    private let now = Timestamp(millisecondsSince1970: 1_800_000_000_000)
    private let later = Timestamp(millisecondsSince1970: 1_800_000_060_000)

    @Test(arguments: ["ann", "Ann Lee", "大卫", "👋", String(repeating: "𝒶", count: 64)])
    func guest_IsReadBack(name: String) throws {
        let guest = SignedGuest(named: name, expiresAt: later)
        let text = signer.sign(guest)
        #expect(try signer.guest(in: text, now: now) == guest)
        // RFC 6265, section 4.1.1: what a cookie's value may hold without quotes.
        #expect(text.wholeMatch(of: /rcg_[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}/) != nil)
        #expect(text.utf8.count <= GuestSigner.maximumTextLength)
    }

    @Test func sessions_AreAllDifferent() {
        let sessions = (0..<1000).map { _ in SignedGuest(named: "ann", expiresAt: later).session }
        #expect(Set(sessions).count == 1000)
        #expect(sessions.allSatisfy { $0.utf8.count == 22 })
    }

    @Test func session_GoesOnUnderAnotherName() throws {
        let ann = SignedGuest(named: "ann", expiresAt: now)
        let bob = SignedGuest(continuing: ann, named: "bob", expiresAt: later)
        #expect(bob.session == ann.session)
        #expect(try signer.guest(in: signer.sign(bob), now: now) == bob)
    }

    @Test func changedText_IsRefused() throws {
        let text = signer.sign(SignedGuest(named: "ann", expiresAt: later))
        for index in text.indices {
            for other in ["A", "B", ".", "=", "é"] where text[index] != Character(other) {
                let changed = text.replacingCharacters(at: index, with: other)
                #expect(throws: SignedGuestError.self) { try signer.guest(in: changed, now: now) }
            }
        }
    }

    @Test func cutText_IsRefused() {
        let text = signer.sign(SignedGuest(named: "ann", expiresAt: later))
        for length in 0..<text.count {
            #expect(throws: SignedGuestError.self) { try signer.guest(in: String(text.prefix(length)), now: now) }
        }
        for more in ["A", ".", "AAAA", "\n"] {
            #expect(throws: SignedGuestError.self) { try signer.guest(in: text + more, now: now) }
        }
    }

    @Test func eachFault_IsTold() {
        let text = signer.sign(SignedGuest(named: "ann", expiresAt: later))
        let other = GuestSigner(secret: Array(1..<33))!
        func error(_ text: String, _ signer: GuestSigner, now: Timestamp) -> SignedGuestError? {
            #expect(throws: SignedGuestError.self) { try signer.guest(in: text, now: now) }
        }
        #expect(error(text, other, now: now) == .badSignature)
        #expect(error("rcg_x", signer, now: now) == .malformed)
        #expect(error(String(repeating: "rcg_", count: 200), signer, now: now) == .malformed)
        #expect(error(text, signer, now: later) == .expired(at: later))
        #expect(SignedGuestError.expired(at: later).reason == "it has expired at 2027-01-15T08:01:00.000Z")
    }

    @Test func secretOfAnotherSize_IsRefused() {
        #expect(GuestSigner(secret: []) == nil)
        #expect(GuestSigner(secret: Array(0..<31)) == nil)
    }
}

extension String {
    fileprivate func replacingCharacters(at index: Index, with other: String) -> String {
        String(self[..<index]) + other + String(self[self.index(after: index)...])
    }
}
