import Chat
import Testing

@testable import ChatStreams

@Suite struct PageShelfTests {
    @Test func equalCursors_ShareOnePage() {
        let stage = Stage(stored: Array(repeating: "a", count: 9), pageBytes: 150)
        let clients = (0..<20).map { _ in stage.open("a", from: .resume(after: 0)) }
        stage.run(clients)
        for client in clients {
            #expect(
                client.text == Expected.welcome(at: 0, resumed: true) + Expected.messages(1...9)
                    + Expected.caughtUp(replayed: 9))
        }
        #expect(stage.archive.requests.count == Set(stage.archive.requests).count)
    }

    @Test func pageThatIsStillThere_ServesWhoComesLater() {
        let stage = Stage(stored: ["a", "a"])
        let first = stage.open("a", from: .resume(after: 0))
        stage.run(first)
        let second = stage.open("a", from: .resume(after: 0))
        stage.run(second)
        #expect(second.text == first.text)
        #expect(stage.archive.requests.count == 1)
    }

    /// An empty page says only that there was nothing up to the head of its time.
    @Test func emptyPageOfAnEarlierHead_IsNotTakenForTheWholeTruth() {
        var limits = Hub.Limits()
        limits.tailBytes = 0
        let stage = Stage(stored: ["b", "b"], limits: limits)
        stage.commit("b")
        let early = stage.open("a", "b", from: .resume(after: 3))
        let first = stage.open("a", from: .resume(after: 0))
        stage.run(early, first)
        stage.commit("a")
        let second = stage.open("a", from: .resume(after: 0))
        stage.run(first, second)
        #expect(
            first.text == Expected.welcome(at: 0, resumed: true) + Expected.caughtUp(replayed: 0)
                + Expected.message(4))
        #expect(
            second.text == Expected.welcome(at: 0, resumed: true) + Expected.message(4)
                + Expected.caughtUp(replayed: 1))
    }

    @Test func pagesAreBounded_AndStalledReadersLoseTheirs_ButNothingElse() {
        let count = PageShelf.limit + 5
        // In a group whose heartbeat is far away.
        let stage = Stage(stored: Array(repeating: "a", count: count + 1), groups: 100)
        let clients = (0..<count).map {
            stage.open("a", from: .resume(after: EntryID(rawValue: Int64($0))), group: 99, heartbeat: 45)
        }
        stage.loops[0].deliver()
        for client in clients { client.readAll() }
        for _ in 0...CatchUpTurns.ticks * count / CatchUpTurns.limit {
            stage.loops[0].settle()
            stage.loops[0].streams.heartbeatTick()
        }
        // The pages are here; the first ones have been taken away again.
        let asked = stage.archive.requests.count
        #expect(asked == count)
        stage.run(clients)
        #expect(stage.archive.requests.count > asked)
        for (index, client) in clients.enumerated() {
            let from = Int64(index)
            #expect(
                client.text == Expected.welcome(at: EntryID(rawValue: from), resumed: true, heartbeat: 45)
                    + Expected.messages(from + 1...Int64(count) + 1)
                    + Expected.caughtUp(replayed: count + 1 - index))
        }
    }

    @Test func pageIsDropped_AfterItsLifetime() {
        let stage = Stage(stored: ["a", "a"])
        let first = stage.open("a", from: .resume(after: 0))
        stage.run(first)
        for _ in 0..<PageShelf.lifetime { stage.loops[0].streams.heartbeatTick() }
        stage.run(stage.open("a", from: .resume(after: 0)))
        #expect(stage.archive.requests.count == 1)
        stage.loops[0].streams.heartbeatTick()
        stage.run(stage.open("a", from: .resume(after: 0)))
        #expect(stage.archive.requests.count == 2)
    }

    @Test func failedRead_EndsAllThatWaitedForIt_AndIsTriedAgainForTheNext() {
        let stage = Stage(stored: ["a"])
        stage.archive.fail(ArchiveError(reason: "the disk is gone"))
        let clients = (0..<3).map { _ in stage.open("a", from: .resume(after: 0)) }
        stage.run(clients)
        #expect(clients.allSatisfy { $0.ending == .failed })
        #expect(stage.archive.requests.count == 1)
        stage.run(stage.open("a", from: .resume(after: 0)))
        #expect(stage.archive.requests.count == 2)
    }
}
