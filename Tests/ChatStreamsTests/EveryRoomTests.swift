import Chat
import Testing

@testable import ChatStreams

/// A stream of all rooms, those among them that do not exist yet.
@Suite struct EveryRoomTests {
    private func open(_ stage: Stage, from start: StreamOpening.Start = .head) -> Client {
        stage.open([.every], from: start, loop: 0)
    }

    @Test func everyRoom_IsInLogOrder_NewOnesToo() {
        let stage = Stage(stored: ["a", "b"])
        let client = open(stage, from: .resume(after: 0))
        stage.run(client)
        stage.commit("c", "a", "d")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(["*"], at: 0, resumed: true) + Expected.message(1)
                + Expected.message(2, "b")
                + Expected.caughtUp(["*"], replayed: 2) + Expected.message(3, "c") + Expected.message(4)
                + Expected.message(5, "d"))
    }

    @Test func tailOfEveryRoom_IsKeptOnlyWhileSomebodyListens() {
        let stage = Stage()
        stage.commit("a")
        let alone = stage.hub.census().tailBytes
        let client = open(stage)
        stage.run(client)
        stage.commit("a")
        #expect(stage.hub.census().tailBytes == 3 * alone)
        stage.close(client)
        #expect(stage.hub.census().tailBytes == 2 * alone)
        #expect(stage.hub.census().rooms == 1)
    }

    @Test func secondListener_ReadsFromDiskWhatCameBeforeTheFirst() {
        let stage = Stage()
        stage.commit("a", "b")
        let first = open(stage)
        stage.commit("c")
        let second = open(stage, from: .resume(after: 1))
        stage.run(first, second)
        #expect(
            second.text == Expected.welcome(["*"], at: 1, resumed: true) + Expected.message(2, "b")
                + Expected.message(3, "c") + Expected.caughtUp(["*"], replayed: 2))
    }
}
