import Chat
import Testing

@testable import ChatStreams

/// Readers who lose a right while events for them are at hand already. Their loops have not heard of it yet.
@Suite struct LostRightTests {
    private let stage: Stage
    private let reader: ReaderAccess

    init() {
        stage = Stage(stored: Array(repeating: "a", count: 9))
        reader = ReaderAccess(.anyGuest, in: stage.hub.access, now: Timestamp.now)
    }

    private func withdraw() {
        var settings = RoomSettings(RoomName(stored: "a"))
        settings.guests = .none
        stage.change([.put(.room(settings))], takesAway: true)
    }

    @Test func eventsInTheTail_AreNotCopied() {
        let client = stage.open([RoomName(stored: "a")], from: .head, loop: 0, access: reader)
        stage.run(client)
        for _ in 0..<3 { stage.commit("a") }
        stage.loops[0].settle()
        withdraw()
        _ = client.takeText()
        client.readAll()
        #expect(client.takeText() == Expected.revoked("a") + Expected.goodbyeRevoked)
    }

    /// What the reader has shown is over, which changes nobody's rights.
    @Test func eventsAreNotCopied_OnceTheCredentialIsOver() {
        let client = stage.open([RoomName(stored: "a")], from: .head, loop: 0, access: reader)
        stage.run(client)
        stage.commit("a")
        stage.loops[0].settle()
        client.subscriber?.accessEnded()
        _ = client.takeText()
        client.readAll()
        #expect(client.takeText() == Expected.goodbyeRevoked)
    }

    /// A frame that is half sent is finished.
    @Test(arguments: [0, 10])
    func eventsInAPage_AreNotCopied(begun: Int) {
        let client = stage.open([RoomName(stored: "a")], from: .resume(after: 0), loop: 0, access: reader)
        stage.loops[0].settle()
        // Asks for the page.
        #expect(!client.read())
        stage.loops[0].settle()
        let start = Expected.welcome(at: 0, resumed: true) + Expected.messages(1...3)
        #expect(client.read("retry: 2000\n\n".utf8.count + start.utf8.count + begun))
        withdraw()
        client.readAll()
        let rest = begun > 0 ? Expected.message(4) : ""
        #expect(client.text == start + rest + Expected.revoked("a") + Expected.goodbyeRevoked)
    }
}
