import Chat
import Testing

@testable import ChatStreams

/// Readers that take little at a time, or nothing for a while, get the same bytes as quick ones.
@Suite struct SlowReaderTests {
    private static func limits(roomTailBytes: Int) -> Hub.Limits {
        var limits = Hub.Limits()
        limits.roomTailBytes = roomTailBytes
        return limits
    }

    @Test(arguments: [1, 7, 61, 4096])
    func bufferOfAnySize_GivesTheSameBytes(size: Int) {
        let stage = Stage(stored: ["a", "b", "a"], pageBytes: 1)
        let client = stage.open("a", "b", from: .resume(after: 1))
        stage.run(client, by: size)
        stage.commit("a", "b")
        stage.run(client, by: size)
        #expect(
            client.text == Expected.welcome(["a", "b"], at: 1, resumed: true) + Expected.message(2, "b")
                + Expected.message(3) + Expected.caughtUp(["a", "b"], replayed: 2) + Expected.message(4)
                + Expected.message(5, "b"))
    }

    @Test func readerInTheMiddleOfAFrame_FinishesIt_WhenTheTailDropsIt() {
        let stage = Stage(limits: Self.limits(roomTailBytes: 150))
        let client = stage.open("a")
        stage.run(client)
        stage.commit("a")
        stage.loops[0].deliver()
        client.read(10)
        stage.commit("a", "a", "a", "a")
        stage.run(client, by: 7)
        #expect(
            client.text == Expected.welcome(at: 0) + Expected.caughtUp(replayed: 0) + Expected.messages(1...5))
        #expect(stage.archive.requests.count == 1)
    }

    @Test(arguments: [1, 4096])
    func readerThatTheTailHasLeftBehind_GoesOnFromPages(pageBytes: Int) {
        let stage = Stage(pageBytes: pageBytes, limits: Self.limits(roomTailBytes: 300))
        let client = stage.open("a")
        stage.run(client)
        for _ in 1...20 {
            stage.commit("a")
            stage.loops[0].deliver()
        }
        client.read(100)
        for _ in 21...25 { stage.commit("a") }
        stage.run(client)
        stage.commit("a")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 0) + Expected.caughtUp(replayed: 0) + Expected.messages(1...26))
        #expect(stage.archive.requests.first?.after == 0)
        #expect(stage.archive.requests.last!.through <= 25)
    }

    @Test func readerWhosePageIsSlow_GetsWhatCameMeanwhile_InOrder() {
        let stage = Stage(stored: ["a", "a"])
        let client = stage.open("a", from: .resume(after: 0))
        stage.loops[0].deliver()
        client.readAll()
        stage.commit("a")
        stage.loops[0].deliver()
        client.readAll()
        #expect(client.bytes.isEmpty, "only the page tells whether the log still has all of it")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 0, resumed: true) + Expected.messages(1...2)
                + Expected.caughtUp(replayed: 2) + Expected.message(3))
    }

    /// The page that was asked for is complete through 2, and the tail after 4 when it comes: there is a second page.
    @Test func tailThatMovedOnWhileAPageWasRead_IsNotEnteredTooEarly() {
        let stage = Stage(stored: ["a", "a"], limits: Self.limits(roomTailBytes: 150))
        let client = stage.open("a", from: .resume(after: 0))
        stage.loops[0].deliver()
        client.readAll()
        for _ in 3...6 { stage.commit("a") }
        stage.loops[0].deliver()
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 0, resumed: true) + Expected.messages(1...2)
                + Expected.caughtUp(replayed: 2) + Expected.messages(3...6))
        #expect(stage.archive.requests.count == 2)
    }

    @Test(arguments: 0...5)
    func pageThatIsTakenAway_IsAskedForAgain_BehindTheLastFrame(framesRead: Int) {
        // In a group whose heartbeat is far away.
        let stage = Stage(stored: Array(repeating: "a", count: 5), groups: 2)
        let client = stage.open("a", from: .resume(after: 0), group: 1, heartbeat: 45)
        stage.loops[0].deliver()
        client.readAll()
        stage.loops[0].settle()
        if framesRead > 0 {
            let start = "retry: 2000\n\n" + Expected.welcome(at: 0, resumed: true, heartbeat: 45)
            client.read((start + Expected.messages(1...Int64(framesRead))).utf8.count - 3)
        }
        for _ in 0...PageShelf.lifetime * 2 { stage.loops[0].streams.heartbeatTick() }
        stage.run(client, by: 11)
        #expect(
            client.text == Expected.welcome(at: 0, resumed: true, heartbeat: 45) + Expected.messages(1...5)
                + Expected.caughtUp(replayed: 5))
        // Behind the last one the tail is complete.
        #expect(
            stage.archive.requests.map(\.after) == (framesRead < 5 ? [0, EntryID(rawValue: Int64(framesRead))] : [0]))
    }

    @Test func streamThatLeavesWhileItsPageIsRead_IsNotWoken() {
        let stage = Stage(stored: ["a"])
        let client = stage.open("a", from: .resume(after: 0))
        stage.loops[0].deliver()
        client.readAll()
        stage.close(client)
        stage.loops[0].settle()
        #expect(client.bytes.isEmpty)
    }
}
