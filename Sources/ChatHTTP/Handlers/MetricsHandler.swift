internal import MicroHTTPD

/// `GET /metrics`: how the server does, for Prometheus.
enum MetricsHandler {
    static func get(_ call: borrowing Call) throws(Problem) -> Answer {
        let metrics = call.service.metrics
        return .later { suspended in
            metrics.collect { text in
                suspended.resume(with: {
                    Response(
                        status: 200,
                        headers: [
                            Header("Content-Type", PrometheusText.contentType), Header("Cache-Control", "no-store"),
                        ], content: .bytes(Array(text.utf8)))
                })
            }
        }
    }
}
