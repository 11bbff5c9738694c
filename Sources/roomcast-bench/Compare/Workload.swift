/// The runs of a comparison: what is opened and posted. What is made of their numbers is a ``Measure``'s matter.
enum Workload: String, CaseIterable, Encodable {
    case w1
    case w2
    case w3
    case w4
    case w5
    case w6

    /// What happens, in words for a table.
    var summary: String {
        switch self {
        case .w1: "1 room × 1,000 streams, 4 posters flat out"
        case .w2: "1 room × 1,000 streams, 100 posts/s"
        case .w3: "2,000 rooms, 10,000 streams, 16 posters flat out"
        case .w4: "3,000 rooms, 15,000 streams, 1,000 posts/s"
        case .w5: "1 room, 1 stream, 32 posters flat out"
        case .w6: "1 room, 15,000 idle streams"
        }
    }

    /// Whether a peer takes part: the floor has no heartbeat that W6 could wait for, and its table has no W4.
    func includes(_ peer: Peer) -> Bool { peer != .floor || (self != .w4 && self != .w6) }

    /// - Parameter seconds: how long posts are sent.
    func measure(_ server: PeerServer, seconds: Double) throws -> Run.Outcome {
        switch self {
        case .w1: try fanout(server, seconds, streams: 1000, posters: 4)
        case .w2: try fanout(server, seconds, streams: 1000, posters: 4, rate: 100)
        case .w3: try fanout(server, seconds, streams: 10_000, rooms: 2000, posters: 16)
        case .w4: try fanout(server, seconds, streams: 15_000, rooms: 3000, posters: 16, rate: 1000)
        case .w5: try fanout(server, seconds, streams: 1, posters: 32)
        case .w6:
            .idle(
                try IdleRun(
                    target: server.target, processes: try server.processes(), streams: 15_000, textSize: 6144,
                    heartbeatEvent: "heartbeat", heartbeats: 2, settle: 0, timeout: 180
                ).measure())
        }
    }

    private func fanout(
        _ server: PeerServer, _ seconds: Double, streams: Int, rooms: Int = 1, posters: Int, rate: Double? = nil
    ) throws -> Run.Outcome {
        .fanout(
            try FanoutRun(
                target: server.target, processes: try server.processes(),
                plan: RoomPlan(rooms: rooms, posters: posters, streams: streams), textSize: 100,
                amount: .seconds(seconds), rate: rate, patience: 3
            ).measure())
    }
}
