public import Chat
public import ChatIdentity
public import ChatStreams
public import MicroHTTPD

/// The chat server behind HTTP: what libmicrohttpd's access handlers ask.
public final class ChatService: AccessHandler {
    public struct Settings: Sendable {
        /// UTF-8 bytes of a message's text.
        public var textLimit = Post.defaultTextLimit
        /// Bytes of a request's body, where nothing else is configured.
        public static let defaultBodyLimit = 64 * 1024
        public var bodyLimit = defaultBodyLimit
        /// Whose post to a room that does not exist makes it.
        public var roomMakers = RoomMakers.anyone
        /// Whether anybody may do anything without an account.
        public var admitsGuests = true
        public var signUp = SignUp.closed
        /// Days for which a session lasts without being used.
        public var sessionDays = 30
        /// Where people find this server, `https://chat.example`, if it knows.
        public var publicURL: String?
        /// Checks what another server vouches for.
        public var jwt: JWTVerifier?
        /// Of new passwords.
        public var passwordCost = PasswordCost.today
        /// Posts from one address; `nil` for as many as it likes.
        public var postRate: PostRate?
        /// Streams of one address; `nil` for as many as it likes.
        public var streamsPerAddress: Int?
        /// Streams of one account; `nil` for as many as it likes.
        public var streamsPerAccount: Int?
        /// Rooms that one account may own and make another; `nil` for as many as it likes.
        public var roomsPerAccount: Int?
        /// Long polls and questions of one address that wait for their answer; `nil` for as many as it likes.
        public var waitsPerAddress: Int?
        /// Whose `X-Forwarded-For` is believed.
        public var trustedProxies: [AddressBlock] = []
        /// Whose pages may use this server, besides its own.
        public var allowedOrigins: [AllowedOrigin] = []
        /// Name and version, as shown in `welcome`.
        public var server: String

        public init(server: String = "roomcast") {
            self.server = server
        }
    }

    let settings: Settings
    let log: any Log
    let archive: any Archive
    let hub: Hub
    let readers: ReadQueue
    let loops: [LoopStreams]
    let files: StaticFiles
    let identity: IdentityResolver
    let readiness: Readiness
    let limits: ClientLimits
    let origins: OriginPolicy
    let http: HTTPMetrics
    let metrics: MetricsCollector
    let accessLog: AccessLog?
    let passwords: PasswordHasher
    let signIn: PasswordSignIn
    let renewals = Renewals()
    let slowModes = SlowModes()
    let guestReaders: GuestReaders
    let firstAccount: FirstAccount?
    private let proxies: TrustedProxies
    let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - loops: one for each event loop, in the order of their indices.
    ///   - metrics: what `GET /metrics` tells besides what this service counts itself.
    ///   - accessLog: told of every request, if there is one.
    ///   - firstAccount: lets whoever has its secret make the first account, an admin.
    ///   - guestSecret: keys the names of guests who gave none; lasting, so that these names are.
    ///   - clock: nanoseconds that never go back, for limits.
    public init(
        settings: Settings, log: any Log, archive: any Archive, hub: Hub, readers: ReadQueue, loops: [LoopStreams],
        files: StaticFiles, metrics: [any MetricSource] = [], accessLog: AccessLog? = nil, guestSecret: [UInt8],
        firstAccount: SecretHash? = nil, now: @escaping @Sendable () -> Timestamp = Timestamp.now,
        clock: (@Sendable () -> Int64)? = nil
    ) {
        self.settings = settings
        self.log = log
        self.archive = archive
        self.hub = hub
        self.readers = readers
        self.loops = loops
        self.files = files
        self.firstAccount = firstAccount.map(FirstAccount.init)
        guestReaders = GuestReaders(hub.access, now: now)
        let ticks = clock ?? MonotonicTime.nanoseconds
        passwords = PasswordHasher(cost: settings.passwordCost)
        signIn = PasswordSignIn(
            directory: hub.access, hasher: passwords, throttle: GuessThrottle(now: ticks), now: now)
        identity = IdentityResolver(
            guestSecret: guestSecret, directory: hub.access, passwords: signIn,
            jwt: settings.jwt.map(JWTSignIn.init), now: now)
        readiness = Readiness(of: log)
        limits = ClientLimits(settings, clock: ticks)
        origins = OriginPolicy(settings.allowedOrigins)
        http = HTTPMetrics(limits: limits)
        self.accessLog = accessLog
        self.metrics = MetricsCollector([http] + metrics)
        proxies = TrustedProxies(settings.trustedProxies)
        self.now = now
    }

    public func admit(_ request: borrowing Request) -> Admission {
        .body(upTo: settings.bodyLimit)
    }

    public func answer(_ request: consuming Request) -> Answer {
        let exchange = Exchange(request, of: self)
        do throws(Problem) {
            return exchange.follow(try route(request, exchange))
        } catch {
            return exchange.follow(.now(error.response))
        }
    }

    public func response(to refusal: Refusal) -> Response {
        let response = Problem(refusal).response
        http.answered(nil, status: response.status, code: response.recordedAs)
        accessLog?.record(AccessLogEntry(refusedWith: response.status))
        return response
    }

    public func affinity(of head: [UInt8]) -> UInt64? { StreamAffinity.of(head) }

    /// What a client above the connection limit is told.
    public static var connectionRefusal: Response {
        Problem(503, "too_many_connections", "The server has as many connections as it may have; try again shortly.")
            .with(Header("Retry-After", "5")).response
    }

    /// What a client is told whose address has as many connections as one may have.
    public static var addressRefusal: Response {
        Problem(
            503, "too_many_connections",
            "Your address (of IPv6 its /64) has as many connections here as one may have; close some, or try again shortly."
        ).with(Header("Retry-After", "5")).response
    }

    /// Who asks: the socket's other end, or whoever a trusted proxy says.
    func client(of request: borrowing Request) -> IPAddress {
        let peer = request.peer
        if proxies.isEmpty { return peer }
        // A proxy may write a line of its own below the client's.
        let lines = request.headers("X-Forwarded-For")
        return proxies.client(peer: peer) { lines }
    }

    /// The browser speaks TLS: to this server, as far as a trusted proxy says, or since people find the server by it.
    func isSecure(_ request: borrowing Request) -> Bool {
        if request.isTLS || settings.publicURL?.hasPrefix("https://") ?? false { return true }
        guard !proxies.isEmpty, proxies.contains(request.peer) else { return false }
        // Of several the last is the nearest proxy's own.
        let said = request.headers("X-Forwarded-Proto").last?.elements(separatedBy: ",").last
        return said.map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() == "https" } ?? false
    }

    private func route(_ request: consuming Request, _ exchange: Exchange) throws(Problem) -> Answer {
        let target: RequestTarget
        do throws(RequestTarget.Malformed) {
            target = try RequestTarget(raw: request.rawTarget)
        } catch {
            throw Problem(error)
        }
        // `OPTIONS *` asks about the server as a whole (RFC 9110 §9.3.7).
        guard let (route, captures) = Routes.match(target.segments) else {
            throw Problem(404, "not_found", "There is nothing at this path.")
        }
        // Below `/**` only what is there has methods; GET itself looks, and has a page for people.
        if route.isForFiles, request.method != "GET", request.method != "HEAD", !target.segments.isEmpty,
            files.file(at: target.segments) == nil
        {
            throw Problem(404, "not_found", "There is nothing at this path.")
        }
        let methods = route.allow
        if request.method == "OPTIONS" {
            return .now(
                Response(
                    status: 204, headers: [Header("Allow", methods)] + origins.preflight(request, methods: methods)))
        }
        guard let handler = route.handler(for: request.method) else {
            throw Problem(
                405, "method_not_allowed",
                "\(request.method) is not allowed here, only \(methods)."
            ).with(Header("Allow", methods))
        }
        let changesSomething = request.method != "GET" && request.method != "HEAD"
        if changesSomething { try origins.check(request) }
        try refuseBanned(exchange.client)
        var identification = try identity.identify(request, from: exchange.client)
        if changesSomething && request.header("Cookie") != nil && request.header("Authorization") == nil {
            switch identification {
            case .known: try origins.checkCookie(request)
            case .stale(let problem):
                throw SessionCookie.clearing(isSecure: exchange.isSecure).reduce(problem) { $0.with($1) }
            case .nobody, .checking: break
            }
        }
        if case .stale = identification {
            // An EventSource never comes back after a 401.
            SessionCookie.clearing(isSecure: exchange.isSecure).forEach(exchange.add)
            identification = .nobody
        }
        renew(identification, exchange)
        let call = Call(
            request: request, service: self, exchange: exchange, target: target, captures: captures,
            identification: identification, isOfRoom: route.isOfRoom(request.method))
        return call.mustBeHeld ? HeldCall(call).answer(with: handler) : try handler(call)
    }
}
