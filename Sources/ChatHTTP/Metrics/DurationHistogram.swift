/// How long something took, by buckets; any thread.
final class DurationHistogram: Sendable {
    /// Seconds: from an answer out of memory to a client's patience.
    private static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private let counts = (0...bounds.count).map { _ in Counter() }
    private let nanoseconds = Counter()

    func observe(nanoseconds duration: Int64) {
        let seconds = Double(duration) / 1e9
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count].add()
        nanoseconds.add(Int(duration))
    }

    func samples(_ labels: KeyValuePairs<String, String>) -> [MetricSample] {
        MetricSample.histogram(
            bounds: Self.bounds, counts: counts.map(\.value), sum: Double(nanoseconds.value) / 1e9, labels)
    }
}
