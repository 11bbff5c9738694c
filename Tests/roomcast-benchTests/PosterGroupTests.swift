import Testing

@testable import roomcast_bench

@Suite struct PosterGroupTests {
    private let plan = RoomPlan(rooms: 1, posters: 1, streams: 0)

    private func posters(to server: StallingServer) throws -> PosterGroup {
        let endpoint = try Endpoint(url: "http://127.0.0.1:\(server.port)")
        let target = Target(
            endpoint: endpoint, requests: RequestTemplate(authority: endpoint.authority, headers: []),
            subscribePath: "/", othersPath: "/", postPath: "/", postBody: "{marker}", contentType: "text/plain",
            readyMarker: "", sources: [])
        let group = try target.posters(plan, marker: Marker(), textSize: Marker.size)
        try group.open(until: .now() + 10)
        return group
    }

    private func finish(_ group: PosterGroup) throws {
        let limit = MonotonicTime.now() + 10
        while !group.isDone && MonotonicTime.now() < limit { try group.poll(milliseconds: 100) }
        #expect(group.isDone)
    }

    @Test func stallOfTheServer_DoesNotMovePlannedTimes() throws {
        let group = try posters(to: StallingServer(stall: 100_000))
        try group.start(posts: 20, rate: 200)
        try finish(group)
        #expect(group.acknowledged == 20)
        let times = try (0..<20).map { try #require(group.times[0, $0]) }
        #expect(times.map { $0 - times[0] } == (0..<20).map { UInt64($0) * 5_000_000 })
    }

    @Test func plannedPosts_AreNotSentEarly() throws {
        let start = MonotonicTime.now()
        let group = try posters(to: StallingServer(stall: 0))
        try group.start(posts: 11, rate: 100)
        try finish(group)
        #expect(MonotonicTime.now() - start >= 100_000_000)
    }

    @Test func withoutARate_AllPostsAreSentOneAfterTheOther() throws {
        let group = try posters(to: StallingServer(stall: 0))
        try group.start(posts: 50)
        try finish(group)
        #expect(group.acknowledgedByPoster == [50])
    }
}
