import MicroHTTPD

/// Answers by path; what has no route is echoed, so that a test sees what was handed over.
struct TestHandler: AccessHandler {
    typealias Route = @Sendable (borrowing Request) -> Answer

    var bodyLimit = 1 << 20
    var routes: [String: Route] = [:]
    var refused: Set<String> = []

    func admit(_ request: borrowing Request) -> Admission {
        if refused.contains(Self.path(of: request)) {
            return .refuse(Response(status: 403, content: .bytes(Array("refused".utf8))))
        }
        return .body(upTo: bodyLimit)
    }

    func answer(_ request: consuming Request) -> Answer {
        if let route = routes[Self.path(of: request)] { return route(request) }
        let target = String(decoding: request.rawTarget, as: UTF8.self)
        let body = String(decoding: request.body, as: UTF8.self)
        return .text("\(request.method) \(target) \(body)")
    }

    func response(to refusal: Refusal) -> Response {
        switch refusal {
        case .malformed(let reason): Response(status: 400, content: .bytes(Array(reason.utf8)))
        case .bodyTooLarge(let limit, let size):
            Response(status: 413, content: .bytes(Array("\(limit) \(size.map(String.init) ?? "?")".utf8)))
        case .unsupportedVersion(let version): Response(status: 505, content: .bytes(Array(version.utf8)))
        }
    }

    private static func path(of request: borrowing Request) -> String {
        String(decoding: request.rawTarget.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
    }
}

extension Answer {
    static func text(_ text: String) -> Answer {
        .now(Response(status: 200, content: .bytes(Array(text.utf8))))
    }
}
