import Chat
import Testing

@testable import ChatStreams

@Suite struct CatchUpTurnsTests {
    private let crowd = 3 * CatchUpTurns.limit

    private func behind(_ stage: Stage, _ count: Int) -> [Client] {
        (0..<count).map { _ in stage.open("a", from: .resume(after: 0)) }
    }

    @Test func fewCatchUpAtATime_AndAllGetTheSame() {
        let stage = Stage(stored: Array(repeating: "a", count: 9), pageBytes: 150)
        let clients = behind(stage, crowd)
        stage.loops[0].deliver()
        for client in clients { client.readAll() }
        stage.loops[0].settle()
        #expect(clients.count { $0.canRead } == CatchUpTurns.limit, "only those whose turn it is are awake")
        stage.run(clients)
        for client in clients {
            #expect(
                client.text == Expected.welcome(at: 0, resumed: true) + Expected.messages(1...9)
                    + Expected.caughtUp(replayed: 9))
        }
    }

    /// What is in memory is caught up with in turns, too: of 64 KiB.
    @Test func tailsAreReadInTurns() {
        let stage = Stage()
        for _ in 0..<3 * 64 { stage.commit("a", padding: 1024) }
        let clients = behind(stage, crowd)
        stage.loops[0].deliver()
        // All of them have asked before the first one's turn is over.
        for client in clients { client.read() }
        for client in clients { client.readAll() }
        let lengths = clients.map(\.bytes.count)
        #expect(lengths.prefix(CatchUpTurns.limit).allSatisfy { (65_536..<70_000).contains($0) }, "\(lengths)")
        #expect(lengths.dropFirst(CatchUpTurns.limit).allSatisfy { $0 < 1000 })
        stage.run(clients)
        #expect(stage.archive.requests.isEmpty)
        for client in clients {
            #expect(
                client.text == Expected.welcome(at: 0, resumed: true) + Expected.messages(1...192, padding: 1024)
                    + Expected.caughtUp(replayed: 192))
        }
    }

    @Test func whoHasCaughtUp_WaitsForNoTurn() {
        let stage = Stage(stored: Array(repeating: "a", count: 9), pageBytes: 150)
        let live = stage.open("b")
        stage.run(live)
        let clients = behind(stage, crowd)
        stage.loops[0].deliver()
        for client in clients { client.readAll() }
        stage.commit("b")
        stage.loops[0].deliver()
        live.readAll()
        #expect(live.text.hasSuffix(Expected.message(10, "b")))
    }

    /// With a thousand of them at once, each message would wake a thousand in vain.
    @Test func whoWaitsForTheirTurn_SleepsThroughWhatIsSaid() {
        let stage = Stage(stored: Array(repeating: "a", count: 9), pageBytes: 150)
        let clients = behind(stage, crowd)
        stage.loops[0].deliver()
        for client in clients { client.readAll() }
        stage.commit("a")
        stage.loops[0].deliver()
        #expect(clients.allSatisfy { !$0.canRead })
        stage.run(clients)
        for client in clients { #expect(client.text.hasSuffix(Expected.message(10, "a"))) }
    }

    @Test func readersThatTakeNothing_KeepNobodyWaiting() {
        let stage = Stage(stored: Array(repeating: "a", count: 9), groups: 2, pageBytes: 150)
        let stalled = behind(stage, crowd)
        stage.loops[0].deliver()
        for client in stalled { client.readAll() }
        stage.loops[0].settle()
        let quick = stage.open("a", from: .resume(after: 0), group: 1, heartbeat: 45)
        stage.loops[0].deliver()
        quick.readAll()
        #expect(!quick.canRead)
        for _ in 0..<CatchUpTurns.ticks * crowd / CatchUpTurns.limit {
            stage.loops[0].streams.heartbeatTick()
            stage.loops[0].settle()
        }
        stage.run(quick)
        #expect(
            quick.text == Expected.welcome(at: 0, resumed: true, heartbeat: 45) + Expected.messages(1...9)
                + Expected.caughtUp(replayed: 9))
    }

    @Test func whoLeaves_GivesTheTurnBack_AndLosesTheirPlace() {
        let stage = Stage(stored: Array(repeating: "a", count: 9), pageBytes: 150)
        let leaving = behind(stage, crowd)
        stage.loops[0].deliver()
        for client in leaving { client.readAll() }
        let staying = stage.open("a", from: .resume(after: 0))
        stage.loops[0].deliver()
        staying.readAll()
        for client in leaving { stage.close(client) }
        stage.run(staying)
        #expect(staying.text.hasSuffix(Expected.caughtUp(replayed: 9)))
        #expect(leaving.allSatisfy { $0.bytes.isEmpty })
    }

    @Test func failedRead_GivesTheTurnBack() {
        let stage = Stage(stored: Array(repeating: "a", count: 9), pageBytes: 150)
        stage.archive.fail(ArchiveError(reason: "the disk is gone"))
        let failing = behind(stage, CatchUpTurns.limit)
        let next = stage.open("a", from: .resume(after: 0))
        stage.run(failing + [next])
        #expect(failing.allSatisfy { $0.ending == .failed })
        #expect(next.ending == .failed, "it came to ask")
    }
}
