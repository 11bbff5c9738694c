import Testing

@testable import roomcast_bench

@Suite struct LatencyHistogramTests {
    @Test(arguments: [0, 1, 63, 64, 65, 127, 128, 1000, 123_456_789, UInt64.max] as [UInt64])
    func oneValue_IsEveryQuantile(value: UInt64) {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: value)
        #expect(histogram.quantile(0.5) == value)
        #expect(histogram.maximum == value)
    }

    @Test(arguments: [0.01, 0.5, 0.9, 0.99, 0.999, 1])
    func quantile_IsAtMostASixtyFourthTooHigh(share: Double) {
        var histogram = LatencyHistogram()
        for value in 1...100_000 as ClosedRange<UInt64> { histogram.record(nanoseconds: value * 7) }
        let exact = share * 700_000
        let found = Double(histogram.quantile(share))
        #expect(found >= exact && found <= exact * (1 + 1.0 / 64))
    }

    @Test func emptyHistogram_IsZero() {
        #expect(LatencyHistogram().quantile(0.99) == 0)
    }
}
