internal import Chat
internal import MicroHTTPD

/// `GET /readyz`: posts can be stored and read.
enum ReadinessHandler {
    static func get(_ call: borrowing Call) throws(Problem) -> Answer {
        let readiness = call.service.readiness
        return .later { suspended in
            readiness.ask { outcome in
                suspended.resume(with: { response(to: outcome) })
            }
        }
    }

    private static func response(to outcome: Readiness.Outcome) -> Response {
        switch outcome {
        case .success:
            Response(
                status: 200, headers: [Header("Content-Type", "text/plain"), Header("Cache-Control", "no-store")],
                content: .bytes(Array("ready\n".utf8)))
        case .failure(.unavailable(let reason)), .failure(.outcomeUnknown(let reason)):
            Problem(503, "not_ready", "Messages cannot be stored now: \(reason).").with(Header("Retry-After", "5"))
                .response
        }
    }
}
