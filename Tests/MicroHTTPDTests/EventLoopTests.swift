import Glibc
import Testing

@testable import MicroHTTPD

extension LiveTests {
    @Suite struct EventLoopTests {
        @Test func posts_AreDoneInTheirOrder_OnTheLoopsThread() throws {
            try TestServer.run { server in
                let loop = server.group.loops[0]
                let done = Collected<Int>()
                for number in 0..<10_000 {
                    loop.post {
                        loop.preconditionOnLoop()
                        done.append(number)
                    }
                }
                eventually("all are done") { done.count == 10_000 }
                #expect(done.all == Array(0..<10_000))
            }
        }

        @Test func postsOfManyThreads_AreNotLost() throws {
            try TestServer.run { server in
                let loop = server.group.loops[0]
                let done = Collected<Int>()
                for thread in 0..<4 {
                    Background.run {
                        for number in 0..<1000 { loop.post { done.append(thread * 1000 + number) } }
                    }
                }
                eventually("all are done") { done.count == 4000 }
                for thread in 0..<4 {
                    #expect(done.all.filter { $0 / 1000 == thread } == Array(thread * 1000..<(thread + 1) * 1000))
                }
            }
        }

        @Test func postDuringWork_IsDoneLater_NotAtOnce() throws {
            try TestServer.run { server in
                let loop = server.group.loops[0]
                let done = Collected<String>()
                loop.post {
                    loop.post { done.append("inner") }
                    done.append("outer")
                }
                eventually("both are done") { done.all == ["outer", "inner"] }
            }
        }

        @Test func timer_RepeatsAtItsInterval() throws {
            try TestServer.run { server in
                let loop = server.group.loops[0]
                let ticks = Collected<Double>()
                loop.post { loop.every(milliseconds: 50) { ticks.append(Clock.now) } }
                eventually("ten ticks") { ticks.count >= 10 }
                let times = ticks.all
                #expect(times[9] - times[0] >= 0.44)
                for (one, next) in zip(times, times.dropFirst()) { #expect(next - one >= 0.045) }
            }
        }

        @Test func idleLoops_UseNoProcessor() throws {
            try TestServer.run(configuration: .with { $0.connectionsPerDaemon = 1 }) { server in
                let clients = try (0..<50).map { _ in try server.client() }
                for client in clients {
                    try client.request("GET", "/")
                    try #expect(client.response().status == 200)
                    // The beginning of a further request.
                    try client.send("G")
                }
                let before = server.group.loops.map(\.cpuSeconds).reduce(0, +)
                usleep(500_000)
                #expect(server.group.loops.map(\.cpuSeconds).reduce(0, +) - before < 0.1)
            }
        }
    }
}
