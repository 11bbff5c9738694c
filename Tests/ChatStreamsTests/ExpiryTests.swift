import Chat
import Testing

@testable import ChatStreams

/// Events that retention has removed: whoever was behind them is told, once, before what follows.
@Suite struct ExpiryTests {
    private func gap(_ room: String = "a", oldest: EntryID?, at id: EntryID?) -> String {
        "event: gap\n" + (id.map { "id: k3f9ab-\($0)\n" } ?? "")
            + #"data: {"room":"\#(room)","reason":"expired"\#(oldest.map { #","oldest_id":\#($0)"# } ?? "")}"# + "\n\n"
    }

    @Test func resumeBehindRemovedEvents_IsTold_BeforeTheReplay() {
        let stage = Stage(stored: ["a", "a", "b", "a", "b"])
        stage.archive.expire("a", through: 2)
        let client = stage.open("a", "b", from: .resume(after: 1))
        stage.run(client)
        let rooms = ["a", "b"]
        #expect(
            client.text == Expected.welcome(rooms, at: 2, resumed: true, withID: false) + gap(oldest: 4, at: 2)
                + Expected.message(3, "b") + Expected.message(4) + Expected.message(5, "b")
                + Expected.caughtUp(rooms, replayed: 3))
    }

    /// The ID comes with the last: who was cut off before it would never be told of that one.
    @Test func severalRooms_EachHaveAGap_WithOneID() {
        let stage = Stage(stored: ["a", "b", "c", "c"])
        stage.archive.expire("a", through: 1)
        stage.archive.expire("b", through: 2)
        let client = stage.open("b", "a", "c", from: .resume(after: 0))
        stage.run(client)
        let rooms = ["b", "a", "c"]
        #expect(
            client.text == Expected.welcome(rooms, at: 2, resumed: true, withID: false) + gap(oldest: nil, at: nil)
                + gap("b", oldest: nil, at: 2) + Expected.messages(3...4, "c")
                + Expected.caughtUp(rooms, replayed: 2))
    }

    @Test func everythingRemoved_IsAGap_AndNothingElse() {
        let stage = Stage(stored: ["a", "a"])
        stage.archive.expire("a", through: 2)
        let client = stage.open("a", from: .resume(after: 1))
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 2, resumed: true, withID: false) + gap(oldest: nil, at: 2)
                + Expected.caughtUp(replayed: 0))
    }

    @Test func resumeBehindWhatWasRemoved_IsNoGap() {
        let stage = Stage(stored: ["a", "a", "a"])
        stage.archive.expire("a", through: 2)
        let client = stage.open("a", from: .resume(after: 2))
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 2, resumed: true) + Expected.message(3) + Expected.caughtUp(replayed: 1)
        )
    }

    @Test func replayOfTheLast_AsksForNothingThatIsGone() {
        let stage = Stage(stored: ["b", "a", "a", "b"])
        stage.archive.expire("a", through: 2)
        let client = stage.open("a", "b", from: .replay(after: 0))
        stage.run(client)
        #expect(!client.text.contains("gap"))
        #expect(client.text.contains(Expected.caughtUp(["a", "b"], replayed: 3)))
    }

    @Test func readerOvertakenByRetention_IsTold_WhereTheEventsWouldBe() {
        let stage = Stage(stored: ["a", "a", "a", "a"], pageBytes: 1)
        let client = stage.open("a", from: .resume(after: 0))
        stage.loops[0].deliver()
        client.readAll()
        stage.loops[0].letPageArrive()
        stage.loops[0].deliver()
        client.readAll()
        #expect(client.text == Expected.welcome(at: 0, resumed: true) + Expected.message(1))
        stage.archive.expire("a", through: 3)
        // The page after 1 was read before; what it holds is still sent.
        stage.loops[0].letPageArrive()
        stage.loops[0].deliver()
        client.readAll()
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 0, resumed: true) + Expected.messages(1...2) + gap(oldest: 4, at: 3)
                + Expected.message(4) + Expected.caughtUp(replayed: 3))
    }

    @Test func readerWhomRetentionLeftNothing_IsTold_TooAndOnce() {
        let stage = Stage(stored: ["a", "a", "a"], pageBytes: 1)
        let client = stage.open("a", from: .resume(after: 0))
        stage.loops[0].deliver()
        client.readAll()
        stage.loops[0].letPageArrive()
        stage.archive.expire("a", through: 3)
        stage.run(client)
        let welcome = Expected.welcome(at: 0, resumed: true)
        #expect(client.text == welcome + Expected.message(1) + gap(oldest: nil, at: 3) + Expected.caughtUp(replayed: 1))
    }

    /// A page tells of what is removed when it is read, also of what lies behind its end; a tail may hold that still.
    @Test func whatWasToldToBeGone_IsNotSentFromTheTail() {
        let stage = Stage(stored: ["a", "a"])
        stage.archive.expire("a", through: 4)
        let client = stage.open("a", from: .resume(after: 0))
        stage.run(client)
        #expect(client.text.contains("event: gap"))
        let told = client.text
        stage.commit("a", "a", "a")
        stage.run(client)
        #expect(client.text == told + Expected.message(5))
    }
}
