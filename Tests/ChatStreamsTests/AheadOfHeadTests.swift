import Chat
import Dispatch
import Testing

@testable import ChatStreams

/// Cursors of this log that this server has not reached.
@Suite struct AheadOfHeadTests {
    @Test func stream_OpensWhenTheHeadGetsThere() {
        let stage = Stage(stored: ["a", "a"])
        let client = stage.open("a", from: .resume(after: 4))
        stage.commit("a")
        stage.run(client)
        #expect(client.subscriber == nil)
        #expect(stage.hub.census().subscribers == 0)
        stage.commit("a")
        stage.run(client)
        stage.commit("a")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 4, resumed: true) + Expected.caughtUp(replayed: 0)
                + Expected.message(5))
    }

    @Test func batchThatPassesTheCursor_IsReplayedFromIt() {
        let stage = Stage(stored: ["a"])
        let client = stage.open("a", from: .resume(after: 2))
        stage.commit("a", "a", "b", "a")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 2, resumed: true) + Expected.message(3) + Expected.message(5)
                + Expected.caughtUp(replayed: 2))
    }

    @Test func stream_IsNotReached_AfterItsPatience() {
        var limits = Hub.Limits()
        limits.patience = .milliseconds(1)
        let stage = Stage(stored: ["a"], limits: limits)
        let answered = DispatchSemaphore(value: 0)
        let opening = StreamOpening(
            rooms: [.lobby], start: .resume(after: 2), attendance: .unaware, format: .sse, loop: stage.loops[0].streams,
            group: 0, heartbeatSeconds: 15, user: "ann", isGuest: true, server: "roomcast/test", access: .unrestricted,
            accessGeneration: 0)
        stage.hub.open(opening) { result in
            if case .notReached = result { answered.signal() }
        }
        #expect(answered.wait(timeout: .now() + 30) == .success)
        // It is told once: when the head gets there after all, nobody waits any more.
        stage.commit("a")
        #expect(stage.hub.census().subscribers == 0)
    }
}
