import Testing

@testable import ChatIdentity

@Suite struct GuessThrottleTests {
    private let clock = ManualClock()
    private let ann = NameKey("ann")
    private let bob = NameKey("bob")

    private func throttle(account: Int = 3, address: Int = 1000) -> GuessThrottle {
        GuessThrottle(
            account: GuessLimits(freeGuesses: account, firstWait: .seconds(1), longestWait: .seconds(8)),
            address: GuessLimits(freeGuesses: address, firstWait: .seconds(2), longestWait: .seconds(16))
        ) { [clock] in clock.now }
    }

    /// How long the waits are when someone guesses whenever they may.
    private func waits(_ throttle: GuessThrottle, _ account: NameKey, _ address: String, count: Int) -> [Double] {
        (0..<count).map { _ in
            guard let wait = throttle.take(account: account, address: address) else { return 0 }
            clock.pass(seconds: wait)
            #expect(throttle.take(account: account, address: address) == nil)
            return wait
        }
    }

    @Test func fewGuesses_AreFree_ThenWaitsDouble_UpToABound() {
        #expect(waits(throttle(), ann, "a", count: 9) == [0, 0, 0, 1, 2, 4, 8, 8, 8])
    }

    @Test func addresses_HaveTheirOwnCount_OverAllAccounts() {
        let throttle = throttle(account: 1000, address: 2)
        #expect(throttle.take(account: ann, address: "a") == nil)
        #expect(throttle.take(account: bob, address: "a") == nil)
        #expect(throttle.take(account: ann, address: "a") == 2)
        #expect(throttle.take(account: ann, address: "b") == nil)
    }

    @Test func accounts_HaveTheirOwnCount_OverAllAddresses() {
        let throttle = throttle(account: 2)
        #expect(throttle.take(account: ann, address: "a") == nil)
        #expect(throttle.take(account: ann, address: "b") == nil)
        #expect(throttle.take(account: ann, address: "c") == 1)
        #expect(throttle.take(account: bob, address: "a") == nil)
    }

    /// Else who asks without pause would lock out everyone.
    @Test func askingDuringAWait_DoesNotLengthenIt() {
        let throttle = throttle(account: 1)
        #expect(throttle.take(account: ann, address: "a") == nil)
        for _ in 0..<100 { #expect(throttle.take(account: ann, address: "a") == 1) }
        clock.pass(seconds: 1)
        #expect(throttle.take(account: ann, address: "a") == nil)
    }

    @Test func success_ForgetsTheAccountsGuesses_AndNotTheAddresss() {
        let throttle = throttle(account: 3, address: 4)
        for _ in 0..<2 { #expect(throttle.take(account: ann, address: "a") == nil) }
        #expect(throttle.take(account: ann, address: "a") == nil)
        throttle.succeeded(account: ann, address: "a")
        // The account has none now, the address the two wrong ones.
        #expect(throttle.take(account: ann, address: "a") == nil)
        #expect(throttle.take(account: ann, address: "a") == nil)
        #expect(throttle.take(account: ann, address: "a") == 2)
    }

    @Test func rightPasswords_CostAnAddressNothing() {
        let throttle = throttle(account: 3, address: 2)
        for _ in 0..<50 {
            #expect(throttle.take(account: ann, address: "a") == nil)
            throttle.succeeded(account: ann, address: "a")
        }
    }

    /// An account of one's own is no way to more guesses at others.
    @Test func ownAccount_MakesNoGuessFree() {
        let throttle = throttle(account: 1000, address: 3)
        for guess in 0..<3 {
            #expect(throttle.take(account: bob, address: "a") == nil, "\(guess)")
            if guess < 2 {
                #expect(throttle.take(account: ann, address: "a") == nil)
                throttle.succeeded(account: ann, address: "a")
            }
        }
        #expect(throttle.take(account: bob, address: "a") == 2)
    }

    @Test func owner_IsLetIn_WhereTheyHaveBeenBefore_WhateverStrangersDo() {
        let throttle = throttle(account: 2)
        #expect(throttle.take(account: ann, address: "home") == nil)
        throttle.succeeded(account: ann, address: "home")
        for stranger in 0..<10 { _ = throttle.take(account: ann, address: "stranger \(stranger)") }
        #expect(throttle.take(account: ann, address: "elsewhere") != nil)
        #expect(throttle.take(account: ann, address: "home") == nil)
        throttle.succeeded(account: ann, address: "home")
        // What they do at home does not make strangers' guesses free.
        #expect(throttle.take(account: ann, address: "stranger 1") != nil)
        // And at home, guesses are counted too.
        #expect(throttle.take(account: ann, address: "home") == nil)
        #expect(throttle.take(account: ann, address: "home") == nil)
        #expect(throttle.take(account: ann, address: "home") == 1)
    }

    @Test func manyAtOnce_AreNotAllFree() {
        let throttle = throttle(account: 3)
        let begun = (0..<64).filter { _ in throttle.take(account: ann, address: "a") == nil }
        #expect(begun.count == 3)
    }

    @Test func withdrawnAttempt_CountsForNothing() {
        let throttle = throttle(account: 1, address: 1)
        for _ in 0..<10 {
            #expect(throttle.take(account: ann, address: "a") == nil)
            throttle.withdrawn(account: ann, address: "a")
        }
    }

    @Test func silence_BeginsTheCountAnew() {
        let throttle = throttle()
        _ = waits(throttle, ann, "a", count: 6)
        clock.pass(seconds: 901)
        #expect(waits(throttle, ann, "a", count: 5) == [0, 0, 0, 1, 2])
    }

    @Test func memory_IsBounded() {
        var counts = GuessCounts()
        for number in 0..<(2 * GuessCounts.countLimit + 10) {
            counts.rotate(at: clock.now)
            counts[GuessCounts.address("\(number)")].add(at: clock.now, within: .perAddress)
        }
        #expect(counts.count == GuessCounts.countLimit + 10)
        clock.pass(seconds: 901)
        counts.rotate(at: clock.now)
        #expect(counts.count == 10)
        clock.pass(seconds: 901)
        counts.rotate(at: clock.now)
        #expect(counts.count == 0)
    }

    @Test func placesToRemember_AreBounded() {
        var counts = GuessCounts()
        for number in 0..<(2 * GuessCounts.placeLimit + 10) { counts.remember(ann, at: "\(number)") }
        #expect(counts.placeCount == GuessCounts.placeLimit + 10)
        let stranger = counts.account(ann, at: "stranger")
        #expect(counts.account(ann, at: "0") == stranger)
        #expect(counts.account(ann, at: "\(2 * GuessCounts.placeLimit)") != stranger)
    }
}
