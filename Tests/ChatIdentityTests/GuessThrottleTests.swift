import Testing

@testable import ChatIdentity

extension GuessThrottle {
    /// One that turns out to be wrong.
    ///
    /// - Returns: `nil`, or in how many seconds there can be one.
    fileprivate func guess(_ account: NameKey, from address: String) -> Double? {
        do throws(GuessWait) {
            failed(try take(account: account, address: address))
            return nil
        } catch {
            return error.seconds
        }
    }
}

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
            guard let wait = throttle.guess(account, from: address) else { return 0 }
            clock.pass(seconds: wait)
            #expect(throttle.guess(account, from: address) == nil)
            return wait
        }
    }

    @Test func fewGuesses_AreFree_ThenWaitsDouble_UpToABound() {
        #expect(waits(throttle(), ann, "a", count: 9) == [0, 0, 0, 1, 2, 4, 8, 8, 8])
    }

    @Test func addresses_HaveTheirOwnCount_OverAllAccounts() {
        let throttle = throttle(account: 1000, address: 2)
        #expect(throttle.guess(ann, from: "a") == nil)
        #expect(throttle.guess(bob, from: "a") == nil)
        #expect(throttle.guess(ann, from: "a") == 2)
        #expect(throttle.guess(ann, from: "b") == nil)
    }

    @Test func accounts_HaveTheirOwnCount_OverAllAddresses() {
        let throttle = throttle(account: 2)
        #expect(throttle.guess(ann, from: "a") == nil)
        #expect(throttle.guess(ann, from: "b") == nil)
        #expect(throttle.guess(ann, from: "c") == 1)
        #expect(throttle.guess(bob, from: "a") == nil)
    }

    /// Else who asks without pause would lock out everyone.
    @Test func askingDuringAWait_DoesNotLengthenIt() {
        let throttle = throttle(account: 1)
        #expect(throttle.guess(ann, from: "a") == nil)
        for _ in 0..<100 { #expect(throttle.guess(ann, from: "a") == 1) }
        clock.pass(seconds: 1)
        #expect(throttle.guess(ann, from: "a") == nil)
    }

    @Test func success_ForgetsTheAccountsGuesses_AndNotTheAddresss() throws {
        let throttle = throttle(account: 3, address: 4)
        for _ in 0..<2 { #expect(throttle.guess(ann, from: "a") == nil) }
        try throttle.succeeded(throttle.take(account: ann, address: "a"))
        // The account has none now, the address the two wrong ones.
        #expect(throttle.guess(ann, from: "a") == nil)
        #expect(throttle.guess(ann, from: "a") == nil)
        #expect(throttle.guess(ann, from: "a") == 2)
    }

    @Test func rightPasswords_CostAnAddressNothing() throws {
        let throttle = throttle(account: 3, address: 2)
        for _ in 0..<50 { try throttle.succeeded(throttle.take(account: ann, address: "a")) }
    }

    /// Else whoever guesses at names that nobody has would make everybody behind the address wait, each time that one of them
    /// signs in.
    @Test func rightPasswords_CostAnAddressNothing_AfterWrongOnes() throws {
        let throttle = throttle(account: 1000, address: 2)
        #expect(waits(throttle, bob, "a", count: 3) == [0, 0, 2])
        #expect(throttle.guess(ann, from: "a") == 4)
        clock.pass(seconds: 4)
        for _ in 0..<50 { try throttle.succeeded(throttle.take(account: ann, address: "a")) }
        #expect(throttle.guess(bob, from: "a") == nil)
        #expect(throttle.guess(bob, from: "a") == 8)
    }

    @Test func rightPasswords_DoNotKeepWrongOnesInMind() throws {
        let throttle = throttle(account: 1000, address: 2)
        #expect(waits(throttle, bob, "a", count: 3) == [0, 0, 2])
        for _ in 0..<2 {
            clock.pass(seconds: 500)
            try throttle.succeeded(throttle.take(account: ann, address: "a"))
        }
        #expect(waits(throttle, bob, "a", count: 3) == [0, 0, 2])
    }

    /// A check may wait for longer than the address must.
    @Test(arguments: [false, true], [false, true])
    func attemptsThatOverlap_LeaveWhatWasWrongOfThem(firstIsRight: Bool, lastEndsFirst: Bool) throws {
        let throttle = throttle(account: 1000, address: 2)
        #expect(waits(throttle, bob, "a", count: 2) == [0, 0])
        clock.pass(seconds: 2)
        let first = try throttle.take(account: bob, address: "a")
        #expect(throttle.guess(ann, from: "a") == 4)
        clock.pass(seconds: 4)
        let second = try throttle.take(account: ann, address: "a")
        #expect(throttle.guess(ann, from: "a") == 8)
        if lastEndsFirst { throttle.succeeded(second) }
        if firstIsRight { throttle.succeeded(first) } else { throttle.failed(first) }
        if !lastEndsFirst { throttle.succeeded(second) }
        // The wait for what was wrong of it is over.
        #expect(throttle.guess(bob, from: "a") == nil)
        #expect(throttle.guess(bob, from: "a") == (firstIsRight ? 4 : 8))
    }

    /// An account of one's own is no way to more guesses at others.
    @Test func ownAccount_MakesNoGuessFree() throws {
        let throttle = throttle(account: 1000, address: 3)
        for guess in 0..<3 {
            #expect(throttle.guess(bob, from: "a") == nil, "\(guess)")
            if guess < 2 {
                try throttle.succeeded(throttle.take(account: ann, address: "a"))
            }
        }
        #expect(throttle.guess(bob, from: "a") == 2)
    }

    @Test func owner_IsLetIn_WhereTheyHaveBeenBefore_WhateverStrangersDo() throws {
        let throttle = throttle(account: 2)
        try throttle.succeeded(throttle.take(account: ann, address: "home"))
        for stranger in 0..<10 { _ = throttle.guess(ann, from: "stranger \(stranger)") }
        #expect(throttle.guess(ann, from: "elsewhere") != nil)
        try throttle.succeeded(throttle.take(account: ann, address: "home"))
        // What they do at home does not make strangers' guesses free.
        #expect(throttle.guess(ann, from: "stranger 1") != nil)
        // And at home, guesses are counted too.
        #expect(throttle.guess(ann, from: "home") == nil)
        #expect(throttle.guess(ann, from: "home") == nil)
        #expect(throttle.guess(ann, from: "home") == 1)
    }

    @Test func manyAtOnce_AreNotAllFree() {
        let throttle = throttle(account: 3)
        let begun = (0..<64).filter { _ in (try? throttle.take(account: ann, address: "a")) != nil }
        #expect(begun.count == 3)
    }

    @Test func wait_BeginsWithTheLatestWrongOne_InWhateverOrderTheyEnd() throws {
        let throttle = throttle(account: 1000, address: 2)
        let first = try throttle.take(account: ann, address: "a")
        clock.pass(seconds: 1)
        let second = try throttle.take(account: ann, address: "a")
        throttle.failed(second)
        throttle.failed(first)
        #expect(throttle.guess(ann, from: "a") == 2)
    }

    @Test func withdrawnAttempt_CountsForNothing() throws {
        let throttle = throttle(account: 1, address: 1)
        for _ in 0..<10 {
            try throttle.withdrawn(throttle.take(account: ann, address: "a"))
        }
        #expect(throttle.guess(ann, from: "a") == nil)
        clock.pass(seconds: 2)
        for _ in 0..<10 { try throttle.withdrawn(throttle.take(account: ann, address: "a")) }
    }

    /// Else names that nobody has would fill what is remembered, at no cost, until the waits are forgotten.
    @Test func attemptsThatAreNoWrongGuess_LeaveNothingBehind() throws {
        let throttle = throttle()
        for number in 0..<100 {
            try throttle.withdrawn(throttle.take(account: NameKey("nobody\(number)"), address: "\(number)"))
        }
        #expect(throttle.count == 0)
        // Where another attempt makes the address one that the account signs in from meanwhile, too.
        let attempts = try (0..<2).map { _ in try throttle.take(account: ann, address: "a") }
        #expect(throttle.count == 2)
        throttle.succeeded(attempts[0])
        throttle.withdrawn(attempts[1])
        #expect(throttle.count == 0)
        // One that was remembered in the generation before goes from there as well.
        #expect(throttle.guess(bob, from: "b") == nil)
        clock.pass(seconds: 901)
        try throttle.succeeded(throttle.take(account: bob, address: "c"))
        #expect(throttle.count == 1)
    }

    @Test func silence_BeginsTheCountAnew() {
        let throttle = throttle()
        _ = waits(throttle, ann, "a", count: 6)
        clock.pass(seconds: 901)
        #expect(waits(throttle, ann, "a", count: 5) == [0, 0, 0, 1, 2])
        clock.pass(seconds: 901)
        // Before it is known of any whether it is wrong, too.
        #expect((0..<64).count { _ in (try? throttle.take(account: ann, address: "a")) != nil } == 3)
    }

    @Test func memory_IsBounded() {
        var counts = GuessCounts()
        for number in 0..<(2 * GuessCounts.countLimit + 10) {
            counts.rotate(at: clock.now)
            counts[GuessCounts.address("\(number)")].fail(begunAt: clock.now)
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
