import Chat
import Testing

@testable import ChatStreams

@Suite struct HeartbeatTests {
    @Test(arguments: [1, 4, 32], [5, 7, 15, 45])
    func everyStream_BeatsOnceInEachInterval(groups: Int, interval: Int) {
        let stage = Stage(groups: groups)
        let loop = stage.loops[0]
        let clients = (0..<groups).map { stage.open("a", group: $0, heartbeat: interval) }
        stage.run(clients)
        for client in clients { _ = client.takeText() }
        var beats: [[Int]] = Array(repeating: [], count: groups)
        for tick in 0..<groups * interval * 3 {
            loop.streams.heartbeatTick()
            for (group, client) in clients.enumerated() where !client.isAsleep {
                client.readAll()
                #expect(client.takeText() == Expected.heartbeat)
                beats[group].append(tick)
            }
        }
        for ticks in beats {
            #expect(ticks.count == 3)
            #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $1 - $0 == groups * interval })
        }
        // One group at a tick, and the groups' seconds spread over the interval.
        #expect(Set(beats.map(\.first)).count == groups)
        let seconds = Dictionary(grouping: beats.compactMap(\.first)) { $0 / groups }
        #expect(seconds.values.allSatisfy { $0.count <= (groups + interval - 1) / interval + 1 })
    }

    @Test func ticksAreSpreadOverASecond() {
        #expect(Stage(groups: 1).loops[0].streams.tickMilliseconds == 1000)
        #expect(Stage(groups: 32).loops[0].streams.tickMilliseconds == 31)
    }

    @Test func heartbeat_ComesBetweenFrames_NotInside() {
        let stage = Stage()
        let client = stage.open("a", heartbeat: 5)
        stage.run(client)
        stage.commit("a", "a")
        stage.loops[0].deliver()
        client.read(20)
        for _ in 0..<5 { stage.loops[0].streams.heartbeatTick() }
        stage.run(client, by: 9)
        #expect(
            client.text == Expected.welcome(at: 0, heartbeat: 5) + Expected.caughtUp(replayed: 0)
                + Expected.messages(1...2) + Expected.heartbeat)
    }

    @Test func streamThatWaitsForAPage_StillBeats() {
        let stage = Stage(stored: ["a", "a"], pageBytes: 1)
        let client = stage.open("a", from: .resume(after: 0), heartbeat: 5)
        stage.loops[0].deliver()
        client.readAll()
        stage.loops[0].letPageArrive()
        stage.loops[0].deliver()
        client.readAll()
        for _ in 0..<5 { stage.loops[0].streams.heartbeatTick() }
        client.readAll()
        let first = Expected.welcome(at: 0, resumed: true, heartbeat: 5) + Expected.message(1)
        #expect(client.text == first + Expected.heartbeat)
        stage.run(client)
        #expect(client.text == first + Expected.heartbeat + Expected.message(2) + Expected.caughtUp(replayed: 2))
    }

    @Test func streamsThatLeave_DoNotDisturbTheOthers() {
        let stage = Stage()
        let clients = (0..<5).map { _ in stage.open("a", heartbeat: 5) }
        stage.run(clients)
        for index in [0, 4, 2] { stage.close(clients[index]) }
        #expect(stage.loops[0].streams.subscriberCount == 2)
        for index in [1, 3] { _ = clients[index].takeText() }
        for _ in 0..<5 { stage.loops[0].streams.heartbeatTick() }
        for index in [1, 3] {
            clients[index].readAll()
            #expect(clients[index].takeText() == Expected.heartbeat)
        }
    }
}
