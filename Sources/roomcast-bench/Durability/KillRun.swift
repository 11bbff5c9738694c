/// W5 with `kill -9` at its end: what was acknowledged must be in the log of the server that starts again.
struct KillRun {
    /// Seconds without a message after which the replay is over.
    private static let quiet = 1.0

    let installation: Installation
    /// Of the server's data; an empty one.
    let folder: String
    let posters: Int
    /// Of posting.
    let seconds: Double

    func measure() throws -> KillReport {
        let plan = RoomPlan(rooms: 1, posters: posters, streams: 1)
        let marker = Marker()
        let killed = try Peer.roomcast.start(installation, folder: folder)
        let group = try killed.target.posters(plan, marker: marker, textSize: 100)
        try group.open(until: .now() + 20)
        let start = MonotonicTime.now()
        try group.start(posts: .max)
        while MonotonicTime.now() < start + seconds { try group.poll(milliseconds: 100) }
        killed.child.kill()
        // What it has answered before counts as promised, even if nobody has read it yet.
        try group.drain()
        let posting = (group.lastAcknowledgement ?? .now()).seconds(since: start)

        let restart = MonotonicTime.now()
        let server = try Peer.roomcast.start(installation, folder: folder)
        let restarting = MonotonicTime.now().seconds(since: restart)
        defer { server.child.stop() }
        let found = try replay(from: server, marker, expected: group.acknowledged)
        let outcome = found.outcome(acknowledged: group.acknowledgedByPoster)
        return KillReport(
            posters: posters, postsAcknowledged: group.acknowledged, postsRefused: group.refused,
            postsPerSecond: Double(group.acknowledged) / posting, secondsToStart: restarting, postsFound: found.total,
            postsLost: outcome.lost, postsDoubled: outcome.doubled, postsUnacknowledged: outcome.unacknowledged)
    }

    /// Reads the room from its beginning, until everything that is expected has come and nothing more comes.
    private func replay(from server: PeerServer, _ marker: Marker, expected: Int) throws -> RecoveredPosts {
        let reader = try StreamGroup(consumer: RecoveredPosts(marker: marker, posters: posters), readyMarker: "")
        defer { reader.close() }
        try reader.begin { try server.target.connectStream($0, path: server.target.subscribePath + "?after=0") }
        let patience = 10 * Self.quiet
        while true {
            try reader.poll(milliseconds: 100)
            guard reader.endedCount == 0 else { throw BenchError("the server that was started again ended the replay") }
            let isComplete = reader.consumer.total >= expected
            if MonotonicTime.now() > reader.consumer.lastPost + (isComplete ? Self.quiet : patience) {
                return reader.consumer
            }
        }
    }
}
