internal import MicroHTTPD

/// `GET /healthz`: the process serves.
enum HealthHandler {
    static func get(_ call: borrowing Call) throws(Problem) -> Answer {
        .now(
            Response(
                status: 200, headers: [Header("Content-Type", "text/plain"), Header("Cache-Control", "no-store")],
                content: .bytes(Array("ok\n".utf8))))
    }
}
