import Chat
import Testing

@testable import ChatStreams

@Suite struct GoodbyeTests {
    @Test func goodbye_EndsEveryStream_BehindTheFrameItIsIn() {
        let stage = Stage(stored: ["a"])
        let idle = stage.open("a")
        let busy = stage.open("a")
        let waiting = stage.open("a", from: .resume(after: 0))
        stage.run(idle, busy)
        stage.commit("a", "a")
        stage.loops[0].deliver()
        busy.read(10)
        stage.loops[0].streams.sayGoodbye(.shutdown)
        for client in [idle, busy, waiting] { client.readAll(by: 7) }
        let opened = Expected.welcome(at: 1) + Expected.caughtUp(replayed: 0)
        #expect(busy.text == opened + Expected.message(2) + Expected.goodbye)
        #expect(idle.text == opened + Expected.goodbye)
        #expect(waiting.text == Expected.welcome(at: 0, resumed: true) + Expected.goodbye)
        #expect([idle, busy, waiting].allSatisfy { $0.ending == .end })
    }

    @Test func goodbye_WakesWhoSleeps() {
        let stage = Stage()
        let client = stage.open("a")
        stage.run(client)
        #expect(client.isAsleep)
        stage.loops[0].streams.sayGoodbye(.shutdown)
        #expect(!client.isAsleep)
    }

    @Test func streamThatOpensAfter_GetsItToo() {
        let stage = Stage()
        stage.loops[0].streams.sayGoodbye(.shutdown)
        let client = stage.open("a")
        stage.run(client)
        #expect(client.text == Expected.welcome(at: 0) + Expected.goodbye)
        #expect(client.ending == .end)
    }
}
