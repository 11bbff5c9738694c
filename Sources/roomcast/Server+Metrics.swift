internal import ChatHTTP
internal import MicroHTTPD

extension Server {
    /// What `GET /metrics` tells besides what the chat service counts itself: each part of the server has its source here.
    static func metrics(_ group: EventLoopGroup, _ accessLog: AccessLog?) -> [any MetricSource] {
        let always: [any MetricSource] = [
            BuildMetrics(version: Roomcast.version),
            ProcessMetrics(),
            ConnectionMetrics(group),
        ]
        return always + [accessLog].compactMap { $0 }
    }
}
