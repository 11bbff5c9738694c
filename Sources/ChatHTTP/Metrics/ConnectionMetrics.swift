public import MicroHTTPD

/// How many clients there are.
public struct ConnectionMetrics: MetricSource {
    private let group: EventLoopGroup

    public init(_ group: EventLoopGroup) {
        self.group = group
    }

    public func collect(_ completion: @escaping @Sendable ([MetricFamily]) -> Void) {
        completion([
            MetricFamily(.gauge, "roomcast_connections_open", "Connections that are open.", group.connectionCount),
            MetricFamily(.gauge, "roomcast_connections_limit", "Connections that may be open.", group.connectionLimit),
            MetricFamily(
                .counter, "roomcast_connections_refused_total",
                "Connections that were turned away: at the limit of all, or at that of an address.",
                [
                    MetricSample(group.refusedConnectionCount, ["limit": "all"]),
                    MetricSample(group.connectionsRefusedToAddresses, ["limit": "address"]),
                ]),
        ])
    }
}
