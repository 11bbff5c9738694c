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
        gathering.took(15, at: after(100))
        #expect(gathering.wanted == 15)
        #expect(gathering.waitsUntil(after(500)) == after(2100))
        #expect(gathering.waitsUntil(after(2099)) == after(2100))
        #expect(gathering.waitsUntil(after(2100)) == nil)
    }

    @Test func crowdThatIsGone_IsForgottenAfterFourTransactions() {
        var gathering = Gathering()
        gathering.took(30, at: start)
        for _ in 1...3 { gathering.took(1, at: start) }
        #expect(gathering.wanted == 30)
        gathering.took(1, at: start)
        #expect(gathering.wanted == 1)
        #expect(gathering.waitsUntil(start) == nil)
    }

    @Test func choreAlone_ChangesNothing() {
        var gathering = Gathering()
        gathering.took(5, at: start)
        for _ in 0..<9 { gathering.took(0, at: after(1000)) }
        #expect(gathering.wanted == 5)
        #expect(gathering.waitsUntil(after(1)) == after(2000))
    }
}
