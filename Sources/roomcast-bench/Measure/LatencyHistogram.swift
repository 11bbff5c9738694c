/// Counts times in buckets whose width is at most 1/64 of their value, in 30 KB whatever is recorded.
struct LatencyHistogram {
    private static let subBucketBits = 6
    private static let subBuckets = 1 << subBucketBits

    private var counts = [Int](repeating: 0, count: (64 - subBucketBits + 1) * subBuckets)
    private(set) var count = 0
    /// In nanoseconds.
    private(set) var maximum: UInt64 = 0

    @inline(__always)
    mutating func record(nanoseconds value: UInt64) {
        counts[Self.bucket(of: value)] += 1
        count += 1
        if value > maximum { maximum = value }
    }

    /// The least time that this share of the recorded ones does not exceed, in nanoseconds, rounded up to its bucket's
    /// end; 0 if there are none.
    func quantile(_ share: Double) -> UInt64 {
        let wanted = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (bucket, inBucket) in counts.enumerated() where inBucket > 0 {
            seen += inBucket
            if seen >= wanted { return min(maximum, Self.end(of: bucket)) }
        }
        return maximum
    }

    @inline(__always)
    private static func bucket(of value: UInt64) -> Int {
        guard value >= subBuckets else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        let shift = exponent - subBucketBits
        return (shift + 1) << subBucketBits + Int(value >> UInt64(shift)) & (subBuckets - 1)
    }

    /// The greatest value that belongs to a bucket.
    private static func end(of bucket: Int) -> UInt64 {
        guard bucket >= subBuckets else { return UInt64(bucket) }
        let shift = UInt64(bucket >> subBucketBits - 1)
        let low = UInt64(subBuckets + bucket & (subBuckets - 1)) << shift
        return low + ((1 << shift) - 1)
    }
}
