internal import Chat
internal import ChatStreams
internal import MicroHTTPD

/// A request from its arrival until its answer is on its way: what the server wants to know about it by itself, whichever
/// handler answers it, and when.
///
/// Touched on the request's loop only; other threads carry it within the means to answer.
final class Exchange: @unchecked Sendable {
    /// The asking program's address, behind whatever trusted proxies.
    let client: IPAddress
    /// The browser is to send a session's cookie over TLS only.
    let isSecure: Bool
    private let service: ChatService
    private let sharing: [Header]
    /// Of whichever answer it is.
    private var further: [Header] = []
    private let method: String
    private let begunAt = MonotonicTime.nanoseconds()
    private let entry: AccessLogEntry?
    /// A post that no handler has taken further yet.
    private var isPost = false
    /// How long it takes says nothing about the server.
    private var isWaiting = false
    private var place: (any StreamLimit.Held)?

    /// On the loop's thread.
    init(_ request: borrowing Request, of service: ChatService) {
        self.service = service
        client = service.client(of: request)
        method = request.method
        isSecure = service.isSecure(request)
        entry = service.accessLog == nil ? nil : AccessLogEntry(request, client: client)
        sharing = service.origins.isEmpty ? [] : service.origins.headers(for: request.header("Origin"))
    }

    // MARK: What handlers call first

    /// Counts a post against its sender's rate.
    ///
    /// - Parameter account: counts for itself, wherever it is.
    func admitPost(of account: AccountID?) throws(Problem) {
        isPost = true
        try service.limits.admitPost(from: client, of: account)
    }

    /// Counts something else against the same rate, which reaches as many people as a post, or costs as much.
    func admitAsPost(of account: AccountID?) throws(Problem) {
        try service.limits.admitPost(from: client, of: account)
    }

    /// The post's outcome will be counted by whoever is told of it.
    func isDecidedElsewhere() {
        isPost = false
    }

    /// The request waits for something to happen: counted against its client's limit until it is answered, or given up.
    func admitWait() throws(Problem) {
        place = try service.limits.admitWait(from: client)
        isWaiting = true
    }

    /// Counts a stream against its reader's limit, until it ends.
    func admitStream(of account: AccountID?) throws(Problem) {
        place = try service.limits.admitStream(from: client, of: account)
    }

    /// A header for the answer, whoever makes it.
    func add(_ header: Header) {
        further.append(header)
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
        response.headers += sharing + further
        let nanoseconds = MonotonicTime.nanoseconds() - begunAt
        var isStream = false
        if case .stream(let reader) = response.content {
            isStream = true
            (reader as? EventStreamReader)?.counts(at: place)
        } else if !isWaiting {
            let isRead = method == "GET" || method == "HEAD" || method == "OPTIONS"
            service.http.took(nanoseconds: nanoseconds, toChange: !isRead)
        }
        place = nil
        if isPost { service.http.postEnded(.refused) }
        service.http.answered(method, status: response.status, code: response.recordedAs)
        if let entry {
            service.accessLog?.record(
                entry.answered(response.status, nanoseconds: nanoseconds, isStream: isStream))
        }
        return response
    }
}
