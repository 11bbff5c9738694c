import Testing

@testable import roomcast_bench

@Suite struct PaceTests {
    private let start = MonotonicTime(nanoseconds: 5_000_000_000)

    @Test func posts_AreEvenlySpaced() {
        let pace = Pace(start: start, rate: 100)
        #expect(pace.time(of: 0) == start)
        #expect(pace.time(of: 1) - start == 10_000_000)
        #expect(pace.time(of: 100) - start == 1_000_000_000)
    }

    @Test func unevenRate_DoesNotDrift() {
        let pace = Pace(start: start, rate: 3)
        #expect(pace.time(of: 3_000_000) - start == 1_000_000_000_000_000)
    }

    @Test func firstPostAfter_IsLaterThanTheTime_AndTheOneBeforeIsNot() {
        let pace = Pace(start: start, rate: 333)
        for nanoseconds in stride(from: UInt64(5_000_000_000), to: 5_100_000_000, by: 777_777) {
            let time = MonotonicTime(nanoseconds: nanoseconds)
            let post = pace.firstPost(after: time)
            #expect(pace.time(of: post) > time)
            #expect(post == 0 || pace.time(of: post - 1) <= time)
        }
        #expect(pace.firstPost(after: MonotonicTime(nanoseconds: 0)) == 0)
        #expect(pace.firstPost(after: pace.time(of: 7)) == 8)
    }
}
