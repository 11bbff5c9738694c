@testable import ChatCluster

extension JetStream.State {
    static func make(peers: [Peer]) -> JetStream.State {
        JetStream.State(
            firstID: 1, lastID: 1, messages: 1, bytes: 1, created: 0, replicas: peers.count, peers: peers, bounds: [])
    }
}

extension JetStream.State.Peer {
    static let leader = JetStream.State.Peer(
        name: "a", isLeader: true, isCurrent: true, isOffline: false, lag: 0)

    static func follower(silent seconds: Int) -> JetStream.State.Peer {
        JetStream.State.Peer(
            name: "b", isLeader: false, isCurrent: true, isOffline: false, lag: 0, silence: .seconds(seconds))
    }
}
