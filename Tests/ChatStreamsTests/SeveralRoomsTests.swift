import Chat
import Testing

@testable import ChatStreams

/// A stream of several rooms has one cursor, so it must have one order.
@Suite struct SeveralRoomsTests {
    @Test func roomsInTails_AreMergedByID() {
        let stage = Stage()
        stage.commit("b", "a", "x", "a", "c")
        stage.commit("a", "b")
        let client = stage.open("a", "b", "c", from: .resume(after: 0))
        stage.run(client)
        let rooms = ["a", "b", "c"]
        #expect(
            client.text == Expected.welcome(rooms, at: 0, resumed: true) + Expected.message(1, "b")
                + Expected.message(2, "a") + Expected.message(4, "a") + Expected.message(5, "c")
                + Expected.message(6, "a") + Expected.message(7, "b") + Expected.caughtUp(rooms, replayed: 6))
        #expect(stage.archive.requests.isEmpty)
    }

    @Test(arguments: [1, 100, 4096])
    func roomsPartlyOnDisk_AreMergedByID(pageBytes: Int) {
        // b has everything in its tail, a only what comes after 2.
        let stage = Stage(stored: ["a", "a"], pageBytes: pageBytes)
        stage.commit("b", "a")
        stage.commit("b")
        let client = stage.open("a", "b", from: .resume(after: 1))
        stage.run(client)
        stage.commit("a")
        stage.run(client)
        let rooms = ["a", "b"]
        #expect(
            client.text == Expected.welcome(rooms, at: 1, resumed: true) + Expected.message(2, "a")
                + Expected.message(3, "b") + Expected.message(4, "a") + Expected.message(5, "b")
                + Expected.caughtUp(rooms, replayed: 4) + Expected.message(6, "a"))
    }

    @Test func roomThatAppearsInABatch_IsCompleteBeforeIt_NotAfter() {
        let stage = Stage(stored: ["a"])
        stage.commit("b", "b")
        let client = stage.open("b", from: .resume(after: 1))
        stage.run(client)
        #expect(
            client.text == Expected.welcome(["b"], at: 1, resumed: true) + Expected.messages(2...3, "b")
                + Expected.caughtUp(["b"], replayed: 2))
        #expect(stage.archive.requests.isEmpty)
    }

    @Test func roomThatWasForgotten_IsNotTakenForComplete() {
        var limits = Hub.Limits()
        limits.tailBytes = 150
        let stage = Stage(limits: limits)
        stage.commit("a")
        stage.commit("b", "b", "b")
        stage.commit("a")
        let client = stage.open("a", from: .resume(after: 0))
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 0, resumed: true) + Expected.message(1) + Expected.message(5)
                + Expected.caughtUp(replayed: 2))
    }

    @Test func streamsOnSeveralLoops_GetTheSame() {
        let stage = Stage(stored: ["a", "b"], loops: 3)
        let clients = (0..<3).map { stage.open("a", "b", from: .resume(after: 0), loop: $0) }
        stage.commit("b", "a")
        stage.run(clients)
        let rooms = ["a", "b"]
        for client in clients {
            #expect(
                client.text == Expected.welcome(rooms, at: 0, resumed: true) + Expected.message(1, "a")
                    + Expected.message(2, "b") + Expected.caughtUp(rooms, replayed: 2) + Expected.message(3, "b")
                    + Expected.message(4, "a"))
        }
    }

    @Test func streamOfOtherRooms_IsNotWoken() {
        let stage = Stage()
        let client = stage.open("a")
        stage.run(client)
        #expect(client.isAsleep)
        stage.commit("b")
        #expect(stage.loops[0].waitingPosts == 0)
        stage.commit("a")
        stage.loops[0].deliver()
        #expect(!client.isAsleep)
    }
}
