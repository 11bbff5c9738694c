import Testing

@testable import ChatCluster

/// Who speaks for the log.
@Suite struct StreamStateTests {
    @Test func serverThatIsAlone_SpeaksForItself() {
        #expect(Self.state([]).hasQuorum(within: .seconds(3)))
        #expect(Self.state([Self.leader]).hasQuorum(within: .seconds(3)))
    }

    @Test func leader_SpeaksForTheLog_WhileItHearsOfHalfOfTheOthers() {
        #expect(
            Self.state([Self.leader, Self.follower(silent: 1), Self.follower(silent: 60)]).hasQuorum(
                within: .seconds(3)))
        #expect(
            !Self.state([Self.leader, Self.follower(silent: 4), Self.follower(silent: 60)]).hasQuorum(
                within: .seconds(3)))
        #expect(!Self.state([Self.leader, Self.follower(silent: 4)]).hasQuorum(within: .seconds(3)))
    }

    /// Having all that a leader has is no sign of life.
    @Test func followersThatAreCurrent_AndSilentOrOffline_DoNotCount() {
        var offline = Self.follower(silent: 1)
        offline.isOffline = true
        #expect(!Self.state([Self.leader, offline, offline]).hasQuorum(within: .seconds(3)))
    }

    /// Since it leads a leader has heard nothing of them, and says so by a silence of zero.
    @Test func followersThatWereNotHeardOf_DoNotCount() {
        #expect(
            !Self.state([Self.leader, Self.follower(silent: 0), Self.follower(silent: 0)]).hasQuorum(
                within: .seconds(3)))
    }

    @Test func withoutALeader_NobodySpeaks() {
        #expect(!Self.state([Self.follower(silent: 1), Self.follower(silent: 1)]).hasQuorum(within: .seconds(3)))
    }

    private static let leader = JetStream.State.Peer(
        name: "a", isLeader: true, isCurrent: true, isOffline: false, lag: 0)

    private static func follower(silent seconds: Int) -> JetStream.State.Peer {
        JetStream.State.Peer(
            name: "b", isLeader: false, isCurrent: true, isOffline: false, lag: 0, silence: .seconds(seconds))
    }

    private static func state(_ peers: [JetStream.State.Peer]) -> JetStream.State {
        JetStream.State(
            firstID: 1, lastID: 1, messages: 1, bytes: 1, created: 0, replicas: peers.count, peers: peers, bounds: [])
    }
}
