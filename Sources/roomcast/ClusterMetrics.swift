internal import Chat
internal import ChatCluster
internal import ChatHTTP

/// How a node stands to its cluster, for `GET /metrics`.
struct ClusterMetrics: MetricSource {
    let log: JetStreamLog

    func collect(_ completion: @escaping @Sendable ([MetricFamily]) -> Void) {
        let cluster = log.clusterStatistics()
        var families = [
            MetricFamily(
                .gauge, "roomcast_cluster_connected", "1 while this node is connected to a NATS server.",
                cluster.isConnected ? 1 : 0),
            MetricFamily(
                .gauge, "roomcast_cluster_nodes", "Nodes that were heard in the last 10 s, this one among them.",
                cluster.nodes),
            MetricFamily(
                .counter, "roomcast_cluster_reconnects_total", "Times that a connection to NATS was made again.",
                cluster.reconnects),
            MetricFamily(
                .gauge, "roomcast_cluster_applied_id",
                "The last entry of the cluster's log that this node has applied.",
                Int(cluster.appliedID.rawValue)),
            MetricFamily(
                .gauge, "roomcast_cluster_pending_entries", "Entries proposed here that have not been applied yet.",
                cluster.pendingEntries),
            MetricFamily(
                .gauge, "roomcast_cluster_pending_bytes", "What pending entries hold in memory.", cluster.pendingBytes),
            MetricFamily(
                .counter, "roomcast_cluster_overflowed_posts_total",
                "Posts that were refused because too many waited for the cluster.", cluster.refused),
        ]
        if let lag = cluster.lag {
            families.append(
                MetricFamily(
                    .gauge, "roomcast_cluster_lag_entries",
                    "Entries of the cluster's log that are still to be applied here.", lag))
        }
        completion(families)
    }
}
