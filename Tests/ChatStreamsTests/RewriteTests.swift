import Chat
import Testing

@testable import ChatStreams

/// An earlier event is changed, as when a message's text is taken away: nobody is sent what it was any more.
@Suite struct RewriteTests {
    @Test func tails_ShowWhatIs() {
        let stage = Stage()
        stage.run(stage.open("a"))
        stage.commit("a", padding: 9)
        stage.rewrite(1, in: "a", padding: 0)
        let late = stage.open("a", from: .resume(after: 0))
        stage.run(late)
        #expect(
            late.text == Expected.welcome(at: 0, resumed: true) + Expected.message(1) + Expected.caughtUp(replayed: 1))
    }

    /// A loop that nobody listened on has its copy from the Hub.
    @Test func tailsOfOtherLoops_ShowWhatIs() {
        let stage = Stage(loops: 2)
        stage.run(stage.open("a"))
        stage.commit("a", padding: 9)
        stage.rewrite(1, in: "a", padding: 0)
        let late = stage.open("a", from: .resume(after: 0), loop: 1)
        stage.run(late)
        #expect(
            late.text == Expected.welcome(at: 0, resumed: true) + Expected.message(1) + Expected.caughtUp(replayed: 1))
    }

    @Test func pageFromBefore_IsNotGivenToOthers() {
        let stage = Stage(stored: ["a", "a"])
        stage.run(stage.open("a", from: .resume(after: 0)))
        stage.rewrite(1, in: "a", padding: 9)
        let late = stage.open("a", from: .resume(after: 0))
        stage.run(late)
        #expect(
            late.text == Expected.welcome(at: 0, resumed: true) + Expected.message(1, padding: 9) + Expected.message(2)
                + Expected.caughtUp(replayed: 2))
        #expect(stage.archive.requests.count == 2)
    }

    @Test func pageThatWasJustRead_IsReadAgain() {
        let stage = Stage(stored: ["a", "a"])
        // Unsafe: the archive is asked on this test's thread.
        nonisolated(unsafe) let here = stage
        stage.archive.afterNextPage { here.rewrite(2, in: "a", padding: 9) }
        let client = stage.open("a", from: .resume(after: 0))
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 0, resumed: true) + Expected.message(1)
                + Expected.message(2, padding: 9) + Expected.caughtUp(replayed: 2))
    }

    @Test func pageThatWasBeingRead_IsReadAgain() {
        let stage = Stage(stored: ["a", "a"])
        let client = stage.open("a", from: .resume(after: 0))
        stage.loops[0].deliver()
        client.readAll()
        #expect(stage.loops[0].waitingPages == 1)
        stage.rewrite(2, in: "a", padding: 9)
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 0, resumed: true) + Expected.message(1)
                + Expected.message(2, padding: 9)
                + Expected.caughtUp(replayed: 2))
    }
}
