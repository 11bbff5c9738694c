import Testing

@testable import ChatCluster

/// Who speaks for the log.
@Suite struct StreamStateTests {
    @Test func serverThatIsAlone_SpeaksForItself() {
        #expect(JetStream.State.make(peers: []).hasQuorum(within: .seconds(3)))
        #expect(JetStream.State.make(peers: [.leader]).hasQuorum(within: .seconds(3)))
    }

    @Test func leader_SpeaksForTheLog_WhileItHearsOfHalfOfTheOthers() {
        #expect(
            JetStream.State.make(peers: [.leader, .follower(silent: 1), .follower(silent: 60)]).hasQuorum(
                within: .seconds(3)))
        #expect(
            !JetStream.State.make(peers: [.leader, .follower(silent: 4), .follower(silent: 60)]).hasQuorum(
                within: .seconds(3)))
        #expect(!JetStream.State.make(peers: [.leader, .follower(silent: 4)]).hasQuorum(within: .seconds(3)))
    }

    /// Having all that a leader has is no sign of life.
    @Test func followersThatAreCurrent_AndSilentOrOffline_DoNotCount() {
        var offline = JetStream.State.Peer.follower(silent: 1)
        offline.isOffline = true
        #expect(!JetStream.State.make(peers: [.leader, offline, offline]).hasQuorum(within: .seconds(3)))
    }

    /// Since it leads a leader has heard nothing of them, and says so by a silence of zero.
    @Test func followersThatWereNotHeardOf_DoNotCount() {
        #expect(
            !JetStream.State.make(peers: [.leader, .follower(silent: 0), .follower(silent: 0)]).hasQuorum(
                within: .seconds(3)))
    }

    @Test func withoutALeader_NobodySpeaks() {
        #expect(
            !JetStream.State.make(peers: [.follower(silent: 1), .follower(silent: 1)]).hasQuorum(within: .seconds(3)))
    }
}
