import Chat
import Testing

@testable import ChatStreams

/// Where a stream begins, and what it says before it is live.
@Suite struct StreamOpeningTests {
    @Test func freshStream_BeginsAtTheHead_AndGoesOnWithWhatComes() {
        let stage = Stage(stored: ["a", "a"])
        let client = stage.open("a")
        stage.run(client)
        stage.commit("a")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 2) + Expected.caughtUp(replayed: 0) + Expected.message(3))
        #expect(stage.archive.requests.isEmpty)
    }

    @Test func streamOfAnUnusedRoom_IsLive_AndMakesNothing() {
        let stage = Stage()
        let client = stage.open("a")
        stage.run(client)
        #expect(client.text == Expected.welcome(at: 0) + Expected.caughtUp(replayed: 0))
        stage.close(client)
        #expect(stage.hub.census() == Hub.Census(rooms: 0, subscribers: 0, tailBytes: 0))
    }

    @Test func replay_BringsWhatIsBehindItsPosition() {
        let stage = Stage(stored: ["a", "b", "a", "a"])
        let client = stage.open("a", from: .replay(after: 2))
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 2) + Expected.message(3) + Expected.message(4)
                + Expected.caughtUp(replayed: 2))
    }

    @Test func resumeWithinTheTail_AsksTheArchiveNothing() {
        let stage = Stage()
        for _ in 1...5 { stage.commit("a") }
        let client = stage.open("a", from: .resume(after: 2))
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 2, resumed: true) + Expected.messages(3...5)
                + Expected.caughtUp(replayed: 3))
        #expect(stage.archive.requests.isEmpty)
    }

    @Test func resumeAtTheHead_ReplaysNothing() {
        let stage = Stage(stored: ["a", "a"])
        let client = stage.open("a", from: .resume(after: 2))
        stage.run(client)
        #expect(client.text == Expected.welcome(at: 2, resumed: true) + Expected.caughtUp(replayed: 0))
    }

    @Test(arguments: [1, 60, 100, 4096])
    func resumeOnDiskOnly_ComesFromPages(pageBytes: Int) {
        let stage = Stage(stored: Array(repeating: "a", count: 9), pageBytes: pageBytes)
        let client = stage.open("a", from: .resume(after: 0))
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 0, resumed: true) + Expected.messages(1...9)
                + Expected.caughtUp(replayed: 9))
        #expect(!stage.archive.requests.isEmpty)
    }

    @Test(arguments: [1, 60, 100, 4096])
    func resumeHalfOnDiskHalfInTheTail_HasNoSeam(pageBytes: Int) {
        let stage = Stage(stored: Array(repeating: "a", count: 5), pageBytes: pageBytes)
        for _ in 6...9 { stage.commit("a") }
        let client = stage.open("a", from: .resume(after: 3))
        stage.run(client)
        stage.commit("a")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 3, resumed: true) + Expected.messages(4...9)
                + Expected.caughtUp(replayed: 6) + Expected.message(10))
    }

    @Test func roomThatWasForgotten_IsReadFromTheArchive() {
        var limits = Hub.Limits()
        limits.tailBytes = 0
        let stage = Stage(limits: limits)
        for _ in 1...3 { stage.commit("a") }
        let client = stage.open("a", from: .resume(after: 1))
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 1, resumed: true) + Expected.messages(2...3)
                + Expected.caughtUp(replayed: 2))
    }

    @Test func positionOfAnotherLog_IsAGap_AndNoFlood() {
        let stage = Stage(stored: Array(repeating: "a", count: 9))
        let client = stage.open("a", from: .gap(.unknown, oldest: [RoomName(stored: "a"): 1], after: nil))
        stage.run(client)
        stage.commit("a")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 9, withID: false) + Expected.gap(oldest: 1, at: 9)
                + Expected.caughtUp(replayed: 0) + Expected.message(10))
        #expect(stage.archive.requests.isEmpty)
    }

    @Test func gapWithReplay_TellsEveryRoom_AndBeginsAtOnePosition() {
        let stage = Stage(stored: ["a", "b", "a", "b"])
        let oldest: [RoomName: EntryID] = [RoomName(stored: "a"): 1, RoomName(stored: "b"): 2]
        let client = stage.open("a", "c", "b", from: .gap(.unknown, oldest: oldest, after: 2))
        stage.run(client)
        let rooms = ["a", "c", "b"]
        #expect(
            client.text == Expected.welcome(rooms, at: 2, withID: false) + Expected.gap("a", oldest: 1, at: nil)
                + Expected.gap("c", oldest: nil, at: nil) + Expected.gap("b", oldest: 2, at: 2)
                + Expected.message(3, "a") + Expected.message(4, "b") + Expected.caughtUp(rooms, replayed: 2))
    }

    @Test func eventsThatCameWhileReplaying_FollowCaughtUp() {
        let stage = Stage(stored: ["a", "a", "a"], pageBytes: 1)
        let client = stage.open("a", from: .resume(after: 0))
        stage.commit("a", "a")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 0, resumed: true) + Expected.messages(1...3)
                + Expected.caughtUp(replayed: 3) + Expected.messages(4...5))
    }

    @Test func archiveThatFails_EndsTheStream_BehindWhatItHasSent() {
        let stage = Stage(stored: ["a", "a"], pageBytes: 1)
        let client = stage.open("a", from: .resume(after: 0))
        stage.loops[0].deliver()
        client.readAll()
        stage.loops[0].settle()
        stage.archive.fail(ArchiveError(reason: "the disk is gone"))
        stage.run(client)
        #expect(client.text == Expected.welcome(at: 0, resumed: true) + Expected.message(1))
        #expect(client.ending == .failed)
    }

    @Test func streamToBeAskedAgain_IsAReconnectionTimeAlone() {
        let text = String(decoding: StreamOpening.askAgain(in: .sse), as: UTF8.self)
        #expect(text.wholeMatch(of: /retry: [2-5][0-9]{3}\n\n/) != nil)
    }
}
