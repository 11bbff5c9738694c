public import ChatStreams
internal import Synchronization

/// What streams were sent, and what the Hub holds in memory.
public final class StreamMetrics: MetricSource {
    private let hub: Hub
    private let loops: [LoopStreams]
    /// Of the gathering under way: the sum so far, and how many loops are in it.
    private let gathered = Mutex((counts: StreamCounts(), loops: 0))

    public init(_ hub: Hub, _ loops: [LoopStreams]) {
        self.hub = hub
        self.loops = loops
    }

    public func collect(_ completion: @escaping @Sendable ([MetricFamily]) -> Void) {
        gathered.withLock { $0 = (StreamCounts(), 0) }
        for loop in loops {
            loop.tellCounts { [self] counts in
                guard let all = add(counts) else { return }
                hub.takeCensus { census in completion(Self.families(all, census)) }
            }
        }
    }

    /// The sum over all loops, for whichever comes last.
    private func add(_ counts: StreamCounts) -> StreamCounts? {
        gathered.withLock { gathered in
            gathered = (gathered.counts + counts, gathered.loops + 1)
            return gathered.loops == loops.count ? gathered.counts : nil
        }
    }

    private static func families(_ counts: StreamCounts, _ census: Hub.Census) -> [MetricFamily] {
        [
            MetricFamily(
                .counter, "roomcast_stream_events_total",
                "Durable events that were sent to streams, by whether they were in memory or read from the log.",
                [
                    MetricSample(counts.fromTails, ["source": "tail"]),
                    MetricSample(counts.fromPages, ["source": "page"]),
                ]),
            MetricFamily(
                .counter, "roomcast_stream_live_events_total", "Presence and typing that were sent to streams.",
                counts.live),
            MetricFamily(
                .counter, "roomcast_stream_heartbeats_total", "Heartbeats that were sent to streams.", counts.heartbeats
            ),
            MetricFamily(.counter, "roomcast_stream_sent_bytes_total", "Bytes of all streams.", counts.bytes),
            MetricFamily(
                .counter, "roomcast_catch_up_pages_total",
                "Pages of the log that streams needed to catch up: read from it, or read by another stream just before.",
                [
                    MetricSample(counts.pagesRead, ["source": "log"]),
                    MetricSample(counts.pagesShared, ["source": "memory"]),
                ]),
            MetricFamily(
                .gauge, "roomcast_rooms_in_memory", "Rooms that are listened to or have messages in memory.",
                census.rooms),
            MetricFamily(
                .gauge, "roomcast_tail_bytes", "Bytes of messages that are in memory for streams.", census.tailBytes),
            MetricFamily(
                .gauge, "roomcast_waiting_requests", "Long polls, and questions that await their reply.",
                census.watches),
        ]
    }
}
