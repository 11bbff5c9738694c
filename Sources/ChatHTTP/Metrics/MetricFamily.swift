/// One thing that is measured, with a sample for each set of labels (Prometheus' exposition format 0.0.4).
public struct MetricFamily: Sendable {
    public enum Kind: String, Sendable {
        /// Only rises, from 0 when the process starts; its name ends in `_total`.
        case counter
        case gauge
        case histogram
    }

    public let kind: Kind
    /// Snake case, with the unit at its end.
    public let name: String
    /// One sentence for the person who makes a graph of it.
    public let help: String
    public let samples: [MetricSample]

    public init(_ kind: Kind, _ name: String, _ help: String, _ samples: [MetricSample]) {
        self.kind = kind
        self.name = name
        self.help = help
        self.samples = samples
    }

    /// A family without labels.
    public init(_ kind: Kind, _ name: String, _ help: String, _ value: Double) {
        self.init(kind, name, help, [MetricSample(value)])
    }

    public init(_ kind: Kind, _ name: String, _ help: String, _ value: Int) {
        self.init(kind, name, help, Double(value))
    }
}

/// One value of a family.
public struct MetricSample: Sendable {
    /// What follows the family's name: only a histogram has other samples than its own.
    enum Part: String, Sendable {
        case whole = ""
        case bucket = "_bucket"
        case sum = "_sum"
        case count = "_count"
    }

    let part: Part
    let labels: [(name: String, value: String)]
    let value: Double

    /// - Parameter labels: few values for each name, none of them from a request: every combination is a series that a
    ///   Prometheus server keeps.
    public init(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        self.init(.whole, labels.map { ($0.key, $0.value) }, value)
    }

    public init(_ value: Int, _ labels: KeyValuePairs<String, String> = [:]) {
        self.init(Double(value), labels)
    }

    private init(_ part: Part, _ labels: [(name: String, value: String)], _ value: Double) {
        self.part = part
        self.labels = labels
        self.value = value
    }

    /// The samples of one histogram.
    ///
    /// - Parameters:
    ///   - bounds: upper bounds of the buckets, rising.
    ///   - counts: observations in each bucket alone, and one more for those above the last bound.
    public static func histogram(
        bounds: [Double], counts: [Int], sum: Double, _ labels: KeyValuePairs<String, String> = [:]
    ) -> [MetricSample] {
        precondition(counts.count == bounds.count + 1, "a count for each bucket")
        let own = labels.map { (name: $0.key, value: $0.value) }
        var total = 0
        var samples: [MetricSample] = []
        for (bound, count) in zip(bounds + [.infinity], counts) {
            total += count
            samples.append(MetricSample(.bucket, own + [("le", PrometheusText.number(bound))], Double(total)))
        }
        return samples + [MetricSample(.sum, own, sum), MetricSample(.count, own, Double(total))]
    }
}
