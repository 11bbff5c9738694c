/// Which program this is.
public struct BuildMetrics: MetricSource {
    private let version: String

    public init(version: String) {
        self.version = version
    }

    public func collect(_ completion: @escaping @Sendable ([MetricFamily]) -> Void) {
        completion([
            MetricFamily(
                .gauge, "roomcast_build_info", "Always 1; its labels tell the version.",
                [MetricSample(1, ["version": version])])
        ])
    }
}
