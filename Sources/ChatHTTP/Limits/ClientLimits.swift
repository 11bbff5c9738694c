internal import Chat
internal import MicroHTTPD

/// What one client may ask of the server, apart from what it asks for.
struct ClientLimits: Sendable {
    private let posts: PostRateLimit?
    private let streams: StreamLimit?
    private let accountStreams: StreamLimit?
    private let waits: StreamLimit?
    let refusedPosts = Counter()
    let refusedStreams = Counter()
    let refusedWaits = Counter()

    /// Seconds after which a client with too many streams, or requests that wait, is told to look again; nobody knows when
    /// one of them ends.
    private static let retrySeconds = 10

    init(_ settings: ChatService.Settings, clock: @escaping @Sendable () -> Int64) {
        posts = settings.postRate.map { PostRateLimit($0, now: clock) }
        streams = settings.streamsPerAddress.map(StreamLimit.init)
        accountStreams = settings.streamsPerAccount.map(StreamLimit.init)
        waits = settings.waitsPerAddress.map(StreamLimit.init)
    }

    /// - Parameter account: is counted by itself, wherever it posts from; everybody else by their address.
    func admitPost(from client: IPAddress, of account: AccountID?) throws(Problem) {
        guard let wait = posts?.take(for: account.map(IPAddress.init(standingFor:)) ?? client) else { return }
        refusedPosts.add()
        throw Problem(
            429, "rate_limited",
            "Too many posts come from \(account == nil ? client.network.shown : "this account"); the next is taken in \(Int(wait.rounded(.up))) s."
        ).with(Header("Retry-After", "\(Int(wait.rounded(.up)))"))
    }

    /// - Returns: to be held while the stream is open; `nil` where there is no limit.
    func admitStream(from client: IPAddress, of account: AccountID?) throws(Problem) -> (any StreamLimit.Held)? {
        let place = try admitStream(from: client)
        guard let account, let accountStreams else { return place }
        if let other = accountStreams.take(for: IPAddress(standingFor: account)) {
            return place.map { StreamLimit.Places($0, other) } ?? other
        }
        refusedStreams.add()
        throw Problem(
            429, "too_many_streams",
            "This account has \(accountStreams.perAddress) streams open, and may not have more. Close one; several rooms fit "
                + "on one stream (/events?rooms=a,b)."
        ).with(Header("Retry-After", "\(Self.retrySeconds)"))
    }

    private func admitStream(from client: IPAddress) throws(Problem) -> StreamLimit.Place? {
        guard let streams else { return nil }
        if let place = streams.take(for: client) { return place }
        refusedStreams.add()
        throw Problem(
            429, "too_many_streams",
            "\(client.network.shown) has \(streams.perAddress) streams open, and may not have more. Close one; several "
                + "rooms fit on one stream (/events?rooms=a,b)."
        ).with(Header("Retry-After", "\(Self.retrySeconds)"))
    }

    /// A long poll, or a question that awaits its reply: each holds a connection as long as a stream may.
    ///
    /// - Returns: to be held until it is answered; `nil` where there is no limit.
    func admitWait(from client: IPAddress) throws(Problem) -> StreamLimit.Place? {
        guard let waits else { return nil }
        if let place = waits.take(for: client) { return place }
        refusedWaits.add()
        throw Problem(
            429, "too_many_waits",
            "\(client.network.shown) has \(waits.perAddress) requests that wait, and may not have more. Wait for one to be "
                + "answered, or listen on a stream (/events)."
        ).with(Header("Retry-After", "\(Self.retrySeconds)"))
    }

    /// Addresses that the rate of posts is remembered for.
    var bucketCount: Int { posts?.bucketCount ?? 0 }
}

extension IPAddress {
    /// Where accounts are counted among addresses: each a /64 of its own in 100::/8, from which nobody comes. The IETF holds
    /// it back, but for a part to which packets are sent to be dropped (IANA IPv6 Address Space; RFC 6666).
    fileprivate init(standingFor account: AccountID) {
        // Positions of the log are far below 2^56.
        self.init(high: 0x0100_0000_0000_0000 | UInt64(account.rawValue), low: 0)
    }

    /// A network as the person behind it knows it.
    fileprivate var shown: String { isIPv4 ? description : "\(description)/64" }
}
