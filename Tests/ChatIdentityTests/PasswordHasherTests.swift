import Dispatch
import Synchronization
import Testing

@testable import ChatIdentity

@Suite struct PasswordHasherTests {
    private let cheap = PasswordCost(logN: 4, blockSize: 8, parallelism: 1)!

    @Test func hash_IsVerified() throws {
        let hasher = PasswordHasher(cost: cheap)
        let (right, wrong) = (try Password("correct horse"), try Password("correct house"))
        let hash = try answer { try hasher.hash(right, then: $0) }
        #expect(hash.cost == cheap)
        #expect(try answer { try hasher.verify(right, against: hash, then: $0) })
        #expect(try !answer { try hasher.verify(wrong, against: hash, then: $0) })
        #expect(try !answer { try hasher.verify(right, against: nil, then: $0) })
    }

    /// A hash keeps the cost that it was made with.
    @Test func otherCost_IsVerified() throws {
        let dear = PasswordCost(logN: 6, blockSize: 4, parallelism: 2)!
        let password = try Password("correct horse")
        let hash = PasswordHash(of: password, cost: dear)
        let hasher = PasswordHasher(cost: cheap)
        #expect(try answer { try hasher.verify(password, against: hash, then: $0) })
    }

    @Test func caller_NeverWaits_AndWhatIsTooMuchIsRefused() throws {
        let hasher = PasswordHasher(cost: cheap, threads: 2, waitingLimit: 3)
        let password = try Password("correct horse")
        let (gate, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        for _ in 0..<5 {
            try hasher.hash(password) { _ in
                gate.wait()
                done.signal()
            }
        }
        #expect(hasher.pending == 5)
        let error = #expect(throws: BusyError.self) { try hasher.hash(password) { _ in } }
        #expect(error == BusyError(waiting: 3))
        #expect(throws: BusyError.self) { try hasher.verify(password, against: nil) { _ in } }
        for _ in 0..<5 { gate.signal() }
        for _ in 0..<5 { #expect(done.wait(timeout: .now() + 30) == .success) }
        #expect(try answer { try hasher.hash(password, then: $0) }.matches(password))
    }

    @Test func threads_AreTheHashersOwn_AndAsManyAsAllowed() throws {
        let hasher = PasswordHasher(cost: cheap, threads: 2, waitingLimit: 20)
        let password = try Password("correct horse")
        let counts = Mutex((now: 0, most: 0))
        let done = DispatchSemaphore(value: 0)
        for _ in 0..<20 {
            try hasher.hash(password) { _ in
                counts.withLock { counts in
                    counts.now += 1
                    counts.most = max(counts.most, counts.now)
                }
                DispatchSemaphore(value: 0).wait(milliseconds: 2)
                counts.withLock { $0.now -= 1 }
                done.signal()
            }
        }
        for _ in 0..<20 { #expect(done.wait(timeout: .now() + 30) == .success) }
        #expect(counts.withLock { $0.most } == 2)
    }

    /// Nobody can tell by the time whether a name has an account.
    @Test func unknownName_TakesAsLongAsAKnownOne() throws {
        let hasher = PasswordHasher(cost: PasswordCost(logN: 8, blockSize: 8, parallelism: 1)!)
        let (right, wrong) = (try Password("correct horse"), try Password("correct house"))
        let hash = try answer { try hasher.hash(right, then: $0) }
        var (known, unknown): ([Duration], [Duration]) = ([], [])
        // In turn, so that what else the machine does slows both.
        for _ in 0..<41 {
            known.append(
                try ContinuousClock().measure { _ = try answer { try hasher.verify(wrong, against: hash, then: $0) } })
            unknown.append(
                try ContinuousClock().measure { _ = try answer { try hasher.verify(wrong, against: nil, then: $0) } })
        }
        let ratio = known.sorted()[20] / unknown.sorted()[20]
        #expect((0.6...1.6).contains(ratio), "\(ratio)")
    }
}

extension DispatchSemaphore {
    fileprivate func wait(milliseconds: Int) { _ = wait(timeout: .now() + .milliseconds(milliseconds)) }
}
