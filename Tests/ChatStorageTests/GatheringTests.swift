import Dispatch
import Testing

@testable import ChatStorage

@Suite struct GatheringTests {
    private let start = DispatchTime(uptimeNanoseconds: 1_000_000_000)

    private func after(_ microseconds: Int) -> DispatchTime { start + .microseconds(microseconds) }

    @Test func postThatComesAlone_DoesNotWait() {
        var gathering = Gathering()
        for round in 0..<10 {
            #expect(gathering.wanted == 1)
            #expect(gathering.waitsUntil(after(round * 300)) == nil)
            gathering.took(1, at: after(round * 300))
        }
    }

    @Test func asManyAsLately_AreWaitedFor_NotLongerThanTheLimit() {
        var gathering = Gathering()
        gathering.took(1, at: start)
        gathering.took(5, at: after(100))
        #expect(gathering.wanted == 5)
        #expect(gathering.waitsUntil(after(500)) == after(2100))
        #expect(gathering.waitsUntil(after(2099)) == after(2100))
        #expect(gathering.waitsUntil(after(2100)) == nil)
    }

    @Test func ofACrowd_HalfIsWaitedFor_WhileTheOtherIsOnItsWay() {
        var gathering = Gathering()
        gathering.took(1, at: start)
        gathering.ended(finding: 31)
        #expect(gathering.wanted == 16)
        gathering.took(31, at: after(300))
        gathering.ended(finding: 1)
        #expect(gathering.wanted == 16)
        // From here on as many come while the others are committed, and it stays so.
        for round in 1...9 {
            gathering.took(16, at: after(1000 * round))
            gathering.ended(finding: 16)
            #expect(gathering.wanted == 16)
        }
    }

    @Test func few_AreNoCrowd() {
        var gathering = Gathering()
        gathering.took(6, at: start)
        gathering.ended(finding: 1)
        #expect(gathering.wanted == 6)
        gathering.took(7, at: after(300))
        gathering.ended(finding: 1)
        #expect(gathering.wanted == 4)
    }

    @Test func crowdThatIsGone_IsForgottenAfterFourTransactions() {
        var gathering = Gathering()
        gathering.took(30, at: start)
        for _ in 1...3 { gathering.took(1, at: start) }
        #expect(gathering.wanted == 15)
        gathering.took(1, at: start)
        #expect(gathering.wanted == 1)
        #expect(gathering.waitsUntil(start) == nil)
    }

    @Test func choreBetween_IsNotTakenForTheTransaction() {
        var gathering = Gathering()
        gathering.took(6, at: start)
        gathering.ended(finding: 0)
        gathering.took(0, at: after(100))
        gathering.ended(finding: 20)
        #expect(gathering.wanted == 6)
    }

    @Test func choreAlone_ChangesNothing() {
        var gathering = Gathering()
        gathering.took(5, at: start)
        for _ in 0..<9 { gathering.took(0, at: after(1000)) }
        #expect(gathering.wanted == 5)
        #expect(gathering.waitsUntil(after(1)) == after(2000))
    }
}
