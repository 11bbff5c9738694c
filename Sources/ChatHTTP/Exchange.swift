internal import MicroHTTPD

/// A request from its arrival until its answer is on its way: what the server wants to know about it by itself, whichever
/// handler answers it, and when.
///
/// Touched on the request's loop only; other threads carry it within the means to answer.
final class Exchange: @unchecked Sendable {
    /// The asking program's address, behind whatever trusted proxies.
    let client: IPAddress
    private let service: ChatService
    private let sharing: [Header]
    private var place: StreamLimit.Place?

    /// On the loop's thread.
    init(_ request: borrowing Request, of service: ChatService) {
        self.service = service
        client = service.client(of: request)
        sharing = service.origins.isEmpty ? [] : service.origins.headers(for: request.header("Origin"))
    }

    // MARK: What handlers call first

    /// Counts a post against its sender's rate.
    func admitPost() throws(Problem) {
        try service.limits.admitPost(from: client)
    }

    /// Counts a stream against its reader's limit, until it ends.
    func admitStream() throws(Problem) {
        place = try service.limits.admitStream(from: client)
    }

    // MARK: The answer

    /// Has every answer go through `finish`, now or later.
    func follow(_ answer: Answer) -> Answer {
        switch answer {
        case .now(let response):
            return .now(finish(response))
        case .later(let start):
            return .later { [self] suspended in
                suspended.onAnswer { self.finish($0) }
                start(suspended)
            }
        }
    }

    /// The answer as it is to be sent. On the loop's thread, once.
    func finish(_ response: Response) -> Response {
        var response = response
        response.headers += sharing
        if case .stream(let reader) = response.content, let place {
            response.content = .stream(CountedReader(reader, place))
        }
        place = nil
        return response
    }
}
