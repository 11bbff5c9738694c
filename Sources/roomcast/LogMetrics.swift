internal import ChatHTTP
internal import ChatStorage

/// How the log does, for `GET /metrics`.
struct LogMetrics: MetricSource {
    let log: any ServerLog

    func collect(_ completion: @escaping @Sendable ([MetricFamily]) -> Void) {
        let log = log.statistics()
        completion([
            MetricFamily(
                .counter, "roomcast_log_commits_total", "Transactions of posts that were synced to disk.", log.batches),
            MetricFamily(
                .counter, "roomcast_log_failed_commits_total", "Transactions that failed.", log.failedBatches),
            histogram("roomcast_log_commit_posts", "Posts in a committed transaction.", log.batchSizes),
            histogram(
                "roomcast_log_commit_duration_seconds", "What a committed transaction took, with its sync.",
                log.commitSeconds),
            MetricFamily(
                .gauge, "roomcast_log_waiting_posts", "Posts that wait to be committed.", log.waitingPosts),
            MetricFamily(
                .gauge, "roomcast_log_waiting_bytes", "What waiting posts hold in memory.", log.waitingBytes),
            MetricFamily(
                .counter, "roomcast_log_overflowed_posts_total", "Posts that were refused because too many waited.",
                log.postsRefused),
            MetricFamily(
                .counter, "roomcast_log_checkpoints_total",
                "Times that the write-ahead log was copied into the database.", log.checkpoints),
            MetricFamily(
                .counter, "roomcast_log_expired_events_total", "Events that retention has removed.", log.expiredEvents),
            MetricFamily(.gauge, "roomcast_log_database_bytes", "Size of the database.", log.databaseSize),
            MetricFamily(.gauge, "roomcast_log_wal_bytes", "Size of the write-ahead log.", log.logFileSize),
        ])
    }

    private func histogram(_ name: String, _ help: String, _ histogram: Histogram) -> MetricFamily {
        MetricFamily(
            .histogram, name, help,
            MetricSample.histogram(bounds: histogram.bounds, counts: histogram.counts, sum: histogram.sum))
    }
}
