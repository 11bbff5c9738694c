/// How a group of event loops serves HTTP. The defaults are those measured for many idle streams on few cores.
public struct Configuration: Sendable {
    /// A name or numeric address to listen at.
    public var host = "127.0.0.1"
    /// 0 lets the system choose a free port; `nil` for TLS alone.
    public var port: UInt16? = 8080
    /// Listens at a second port, too, for clients over TLS.
    public var tls: TLSConfiguration?
    /// Threads that own connections.
    public var loops = 2
    /// libmicrohttpd daemons in each loop, at most. A resume makes the daemon's next pass walk all its suspended
    /// connections, so many small daemons keep that walk short: with 15,000 streams in 3,000 rooms, 32 in a loop took
    /// 126 µs for a delivery, 256 took 80. Each takes a descriptor and 1.5 KB.
    public var daemonsPerLoop = 256
    /// There are no more daemons than leave each so many connections at the connection limit. Connections of one affinity
    /// share a daemon until it has twice as many.
    public var connectionsPerDaemon = 32
    /// Connections at once over all daemons; `nil` for as many as the descriptor limit allows, less
    /// `DescriptorLimit.reserve`.
    public var connectionLimit: Int?
    /// Connections at once of one address; `IPAddress.network` says what counts as one.
    public var connectionsPerAddress = ConnectionsPerAddress.unlimited
    /// Whether many clients come from an address, as from a reverse proxy's: then `connectionLimit` alone bounds them. Called on
    /// the loops' threads when a client is accepted and when it has gone; it must say the same of an address each time.
    public var isSharedAddress: @Sendable (IPAddress) -> Bool = { _ in false }
    /// Bytes for one connection's headers and buffers; bounds what is resident while a request is read, and the size of
    /// one write of a stream. Idle streams give most of it back.
    public var connectionMemory = 16 * 1024
    /// How much a body may be longer than its limit and still be read to its end, for nothing, so that its sender hears why it is
    /// refused: who is in the middle of sending meets a closed socket first, and most clients then tell of that alone. In bytes. A longer
    /// one is refused when it is announced, and so is any that the client asks about before it comes (`Expect: 100-continue`).
    public var drainLimit = 8 << 20
    public var deadlines = Deadlines()
    /// In seconds: when the server stops, how long a connection between two requests is left open. The next one may be on
    /// its way, sent before its client could know; it is answered, with `Connection: close`.
    public var lull = 0.25

    public init() {}
}

/// How many connections one address may have at once.
public enum ConnectionsPerAddress: Hashable, Sendable {
    /// As many as there may be of all.
    case unlimited
    /// Half of those: whoever takes them leaves the other half to the others.
    case half
    /// At least 1.
    case most(Int)

    /// - Parameter all: how many there may be of all addresses together.
    func limit(of all: Int) -> Int? {
        switch self {
        case .unlimited: nil
        case .half: max(1, all / 2)
        case .most(let count): count
        }
    }
}

/// How a group of event loops serves HTTP over TLS.
public struct TLSConfiguration: Sendable {
    /// The first; see `EventLoopGroup.replaceCertificate`.
    public var certificate: TLSCertificate
    /// 0 lets the system choose a free port.
    public var port: UInt16 = 8443
    /// Daemons in each loop, besides those without TLS. Each has read the certificate for itself, and takes 36 KB: 64 of them were
    /// started in 40 ms of CPU with an ECDSA key, in 150 ms with one of RSA.
    public var daemonsPerLoop = 32
    /// What every answer over TLS has besides its own, such as `Strict-Transport-Security`.
    public var headers: [Header] = []

    public init(certificate: TLSCertificate) {
        self.certificate = certificate
    }
}

/// What a peer's slowness may cost. Whole seconds; checked once a second.
public struct Deadlines: Sendable {
    /// From the connection, or from the first line of a further request, to the end of the headers.
    public var headers: UInt32 = 10
    /// From the end of the headers to the end of the body.
    public var body: UInt32 = 30
    /// A peer that takes no byte of an answer.
    public var stalledWriter: UInt32 = 60
    /// Between two looks at whether a stream's peer acknowledges what was sent; three in vain, and it has gone: some 7 s
    /// after a heartbeat, for others to be told within 10.
    public var vanishLook: UInt32 = 2
    /// Between requests. Longer than the 60 s for which nginx keeps its connections by default, so that it is the proxy
    /// that closes, and no request meets a closed connection.
    public var keepAlive: UInt32 = 75
    /// libmicrohttpd's own, above all the others. Never 0: without one, a connection whose refusal could not be
    /// sent stays for ever.
    var backstop: UInt32 { max(headers, body, stalledWriter + stalledWriter / 4, keepAlive) + 5 }

    public init() {}
}
