import Testing

@testable import ChatHTTP
@testable import MicroHTTPD

@Suite struct PostRateLimitTests {
    private let clock = ManualClock()
    private let ann = IPAddress("203.0.113.7")!
    private let bob = IPAddress("203.0.113.8")!

    private func limit(_ perSecond: Double, burst: Int) -> PostRateLimit {
        PostRateLimit(PostRate(perSecond: perSecond, burst: burst)) { [clock] in clock.now }
    }

    @Test func burst_IsTakenAtOnce_ThenTheRate() throws {
        let limit = limit(10, burst: 3)
        for _ in 0..<3 { #expect(limit.take(for: ann) == nil) }
        #expect(try #require(limit.take(for: ann)) == 0.1)
        clock.pass(seconds: 0.06)
        #expect(abs(try #require(limit.take(for: ann)) - 0.04) < 1e-6)
        // Being refused costs nothing.
        clock.pass(seconds: 0.04)
        #expect(limit.take(for: ann) == nil)
        #expect(limit.take(for: ann) != nil)
    }

    @Test func rate_HoldsInTheLongRun() {
        let limit = limit(10, burst: 30)
        var taken = 0
        for _ in 0..<60_000 {
            if limit.take(for: ann) == nil { taken += 1 }
            clock.pass(seconds: 0.001)
        }
        #expect((629...631).contains(taken))
    }

    @Test func silence_FillsTheBucketAndNoMore() {
        let limit = limit(10, burst: 3)
        for _ in 0..<3 { _ = limit.take(for: ann) }
        clock.pass(seconds: 3600)
        for _ in 0..<3 { #expect(limit.take(for: ann) == nil) }
        #expect(limit.take(for: ann) != nil)
    }

    @Test func addresses_HaveBucketsOfTheirOwn_IPv6By64() {
        let limit = limit(1, burst: 1)
        #expect(limit.take(for: ann) == nil)
        #expect(limit.take(for: bob) == nil)
        #expect(limit.take(for: IPAddress("2001:db8::1")!) == nil)
        #expect(limit.take(for: IPAddress("2001:db8::ffff")!) != nil)
        #expect(limit.take(for: IPAddress("2001:db8:0:1::1")!) == nil)
    }

    /// A generation ends while the bucket is empty: it must not be full for that.
    @Test func emptyBucket_IsNotForgotten() {
        let limit = limit(1, burst: 10)
        for number in 0..<64 { _ = limit.take(for: IPAddress(high: UInt64(number), low: 0)) }
        clock.pass(seconds: 5)
        for _ in 0..<10 { #expect(limit.take(for: ann) == nil) }
        for _ in 0..<95 {
            clock.pass(seconds: 0.1)
            // As many others as it takes for every shard to be asked.
            for number in 0..<64 { _ = limit.take(for: IPAddress(high: UInt64(number), low: 0)) }
        }
        // 9.5 s later there are 9 tokens.
        for _ in 0..<9 { #expect(limit.take(for: ann) == nil) }
        #expect(limit.take(for: ann) != nil)
    }

    @Test func fullBuckets_AreForgotten() {
        let limit = limit(10, burst: 30)
        for number in 0..<1000 { _ = limit.take(for: IPAddress(high: UInt64(number), low: 0)) }
        #expect(limit.bucketCount == 1000)
        for _ in 0..<2 {
            clock.pass(seconds: 4)
            for number in 0..<200 { _ = limit.take(for: IPAddress(high: UInt64(number), low: 0)) }
        }
        #expect(limit.bucketCount <= 400)
    }

    @Test func buckets_AreBoundedInNumber() {
        let limit = limit(1, burst: 1000)
        for number in 0..<UInt64(4 * PostRateLimit.bucketLimit) { _ = limit.take(for: IPAddress(high: number, low: 0)) }
        #expect(limit.bucketCount <= 2 * PostRateLimit.bucketLimit)
    }
}
