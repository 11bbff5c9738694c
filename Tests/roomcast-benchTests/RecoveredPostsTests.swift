import Testing

@testable import roomcast_bench

@Suite struct RecoveredPostsTests {
    private let marker = Marker()

    private func outcome(_ found: [(poster: Int, sequence: Int)], acknowledged: [Int]) throws -> RecoveredPosts.Outcome
    {
        var posts = RecoveredPosts(marker: marker, posters: acknowledged.count)
        for post in found {
            let bytes = marker.text(poster: post.poster, sequence: post.sequence)
            _ = try bytes.withUnsafeBytes { try posts.consume($0, of: 0, at: .now()) }
        }
        return posts.outcome(acknowledged: acknowledged)
    }

    @Test func everythingPromised_IsNoLoss() throws {
        let outcome = try outcome([(0, 0), (1, 0), (0, 1)], acknowledged: [2, 1])
        #expect(outcome.lost == 0)
        #expect(outcome.doubled == 0)
        #expect(outcome.unacknowledged == 0)
    }

    @Test func promisedPostThatIsMissing_InTheMiddleOrAtTheEnd_IsLost() throws {
        #expect(try outcome([(0, 1), (1, 0)], acknowledged: [2, 3]).lost == 3)
        #expect(try outcome([], acknowledged: [5]).lost == 5)
    }

    @Test func repeatedAndUnansweredPosts_AreCountedApart() throws {
        let outcome = try outcome([(0, 0), (0, 0), (0, 1)], acknowledged: [1])
        #expect(outcome.lost == 0)
        #expect(outcome.doubled == 1)
        #expect(outcome.unacknowledged == 1)
    }
}
