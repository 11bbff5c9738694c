internal import MicroHTTPD

/// Every endpoint of the server. `{room}` stands for one path segment, given to the handler; a route that ends in `**`
/// takes whatever is below it.
enum Routes {
    static let table: [Route] = [
        Route("/healthz", get: HealthHandler.get),
        Route("/readyz", get: ReadinessHandler.get),
        Route("/metrics", get: MetricsHandler.get),
        Route("/rooms", get: RoomHandler.list),
        Route(
            "/rooms/{room}", get: RoomHandler.get, post: PostHandler.post, put: RoomHandler.put,
            delete: RoomHandler.delete),
        Route("/rooms/{room}/messages", get: HistoryHandler.get, post: PostHandler.post),
        Route("/rooms/{room}/messages/{id}", get: MessageHandler.get, delete: MessageHandler.delete),
        Route("/rooms/{room}/events", get: StreamHandler.get),
        Route("/rooms/{room}/members", get: MemberHandler.list),
        Route("/rooms/{room}/members/{user}", put: MemberHandler.put, delete: MemberHandler.delete),
        Route("/rooms/{room}/mutes", get: MuteHandler.list),
        Route("/rooms/{room}/mutes/{user}", put: MuteHandler.put, delete: MuteHandler.delete),
        Route("/rooms/{room}/audit", get: AuditHandler.get),
        Route("/rooms/{room}/typing", post: TypingHandler.post),
        Route("/events", get: StreamHandler.get),
        Route("/session", get: SessionHandler.get, post: SessionHandler.post, delete: SessionHandler.delete),
        Route("/sessions", get: SessionHandler.list),
        Route("/sessions/{id}", delete: SessionHandler.deleteOne),
        Route("/accounts", get: AccountHandler.list, post: AccountHandler.post),
        Route("/accounts/{user}", patch: AccountHandler.patch),
        Route("/tokens", get: TokenHandler.list, post: TokenHandler.post),
        Route("/tokens/{id}", delete: TokenHandler.delete),
        Route("/invites", get: InviteHandler.list, post: InviteHandler.post),
        Route("/invites/{id}", delete: InviteHandler.delete),
        Route("/bans", get: BanHandler.list, post: BanHandler.post),
        Route("/bans/{network}", delete: BanHandler.delete),
        Route("/audit", get: AuditHandler.getServer),
        Route("/**", get: PageHandler.getFile),
    ]

    /// The first route whose path fits, and what its placeholders stand for.
    static func match(_ segments: [String]) -> (route: Route, captures: [String])? {
        for route in table {
            if let captures = route.captures(in: segments) { return (route, captures) }
        }
        return nil
    }
}

/// One path and what its methods do.
struct Route: Sendable {
    typealias Handler = @Sendable (borrowing Call) throws(Problem) -> Answer

    private let pattern: [String]
    private let handlers: [String: Handler]
    let methods: [String]
    /// The same, for the header of that name.
    let allow: String

    /// For the test that has a row for each.
    let path: String

    init(
        _ path: String, get: Handler? = nil, post: Handler? = nil, put: Handler? = nil, patch: Handler? = nil,
        delete: Handler? = nil
    ) {
        self.path = path
        pattern = path.split(separator: "/").map(String.init)
        // HEAD is GET without the body, which libmicrohttpd leaves out by itself.
        let all = [
            ("GET", get), ("HEAD", get), ("POST", post), ("PUT", put), ("PATCH", patch), ("DELETE", delete),
        ].compactMap { name, handler in
            handler.map { (name, $0) }
        }
        handlers = Dictionary(uniqueKeysWithValues: all)
        methods = (all.map(\.0) + ["OPTIONS"]).sorted()
        allow = methods.joined(separator: ", ")
    }

    /// It takes whatever no other route does.
    var isForFiles: Bool { pattern.last == "**" }

    /// A request is about the room in the path, and has no business where that is not to be seen. Reading `/rooms/{room}` itself
    /// is let through: browsers get the page there whatever the room, and for the rest its handler sees to it.
    func isOfRoom(_ method: String) -> Bool {
        guard pattern.first == "rooms", pattern.count > 1 else { return false }
        return pattern.count > 2 || method != "GET" && method != "HEAD"
    }

    func handler(for method: String) -> Handler? { handlers[method] }

    fileprivate func captures(in segments: [String]) -> [String]? {
        if isForFiles { return segments }
        guard segments.count == pattern.count else { return nil }
        var captures: [String] = []
        for (part, segment) in zip(pattern, segments) {
            if part.hasPrefix("{") {
                captures.append(segment)
            } else if part != segment {
                return nil
            }
        }
        return captures
    }
}
