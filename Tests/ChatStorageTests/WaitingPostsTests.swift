import Chat
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import ChatStorage

@Suite struct WaitingPostsTests {
    private static func proposal() -> Proposal {
        Proposal(post: .of("hi"), completion: { _ in })
    }

    private static func queue(batch: Int = 512, gathering: Gathering = Gathering()) -> WaitingPosts {
        WaitingPosts(
            bounds: .init(posts: 10_000, bytes: 1 << 20), batchBounds: .init(posts: batch, bytes: 1 << 20),
            gathering: gathering)
    }

    /// So that it was in one transaction that so many posts were taken.
    private static func take(_ count: Int, from waiting: WaitingPosts) {
        for _ in 0..<count { #expect(waiting.put(proposal()) == nil) }
        #expect(waiting.take().proposals.count == count)
    }

    /// - Returns: how many are taken at once when so many come back as were taken together.
    private static func takenTogether(of count: Int) -> Int {
        // Longer than any machine is held up.
        let waiting = queue(gathering: Gathering(limit: .seconds(60)))
        take(count, from: waiting)
        let others = Thread {
            for _ in 0..<count { _ = waiting.put(proposal()) }
        }
        others.start()
        return waiting.take().proposals.count
    }

    /// So few that they are no crowd even where some are back before the next are asked for.
    @Test func fewWhoComeBack_AreTakenTogether() {
        #expect(Self.takenTogether(of: 4) == 4)
    }

    @Test func ofACrowdThatComesBack_HalfIsEnough() {
        #expect(Self.takenTogether(of: 16) >= 8)
    }

    @Test func crowdThatDoesNotComeBack_IsNotWaitedForLong() {
        let waiting = Self.queue()
        Self.take(8, from: waiting)
        #expect(waiting.put(Self.proposal()) == nil)
        // Returns at all: nobody else will ever post.
        #expect(waiting.take().proposals.count == 1)
    }

    @Test func fullBatch_AChore_AndClosing_EndTheWaiting() {
        let full = Self.queue(batch: 2)
        Self.take(2, from: full)
        for _ in 0..<3 { #expect(full.put(Self.proposal()) == nil) }
        #expect(full.take().proposals.count == 2)
        #expect(full.put(Chore(work: .probe, completion: { _ in })) == nil)
        let work = full.take()
        #expect(work.proposals.count == 1 && work.chore != nil)
        full.close()
        #expect(full.take().isEmpty)
    }

    /// Every signal meets the sleep that it is for: a taker that has slept for long enough while it was being woken would
    /// otherwise miss a later post, or return with nothing.
    @Test func nothingIsLeftBehind_HoweverPostsMeetTheEndOfWaiting() {
        let waiting = Self.queue()
        let count = 20_000
        let taken = Mutex(0)
        let ended = DispatchSemaphore(value: 0)
        let taker = Thread {
            while true {
                let work = waiting.take()
                if work.isEmpty { break }
                taken.withLock { $0 += work.proposals.count }
            }
            ended.signal()
        }
        taker.start()
        let posters = 4
        DispatchQueue.concurrentPerform(iterations: posters) { poster in
            var dice = SystemRandomNumberGenerator()
            for _ in 0..<count / posters {
                while waiting.put(Self.proposal()) != nil { usleep(100) }
                // Often just as long as the taker waits.
                if UInt8.random(in: 0...255, using: &dice) == 0 { usleep(UInt32.random(in: 1800...2200, using: &dice)) }
            }
        }
        waiting.close()
        #expect(ended.wait(timeout: .now() + 60) == .success)
        #expect(taken.withLock { $0 } == count)
    }
}
