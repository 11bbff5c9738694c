internal import ChatCluster
internal import ChatHTTP
internal import ChatStorage
internal import ChatStreams
internal import MicroHTTPD

extension Server {
    /// What `GET /metrics` tells besides what the chat service counts itself: each part of the server has its source here.
    static func metrics(
        _ group: EventLoopGroup, _ log: any ServerLog, _ hub: Hub, _ loops: [LoopStreams], _ accessLog: AccessLog?
    ) -> [any MetricSource] {
        let always: [any MetricSource] = [
            BuildMetrics(version: Roomcast.version),
            ProcessMetrics(),
            ConnectionMetrics(group),
            LogMetrics(log: log),
            StreamMetrics(hub, loops),
        ]
        let cluster = (log as? JetStreamLog).map { [ClusterMetrics(log: $0) as any MetricSource] } ?? []
        return always + cluster + [accessLog].compactMap { $0 }
    }
}
