internal import CLinux
internal import Glibc
public import Logging
internal import Synchronization

/// An HTTP server: event loops that share one listener, or two where one is for TLS.
public final class EventLoopGroup: Sendable {
    public let loops: [EventLoop]
    /// Where it listens: numeric host, and the port that was chosen if 0 was asked for. If there is TLS alone, that is
    /// `tlsAddress`.
    public let address: LocalAddress
    public let tlsAddress: LocalAddress?
    /// Connections at once, over all loops.
    public let connectionLimit: Int
    private let acceptor: Acceptor
    private let configuration: Configuration
    private let certificate: Mutex<CertificateInUse?>
    private let trimmer: MemoryTrimmer
    private let isAccepting = Atomic(true)
    /// Which certificate new clients see, and how many daemons for TLS each loop has been given.
    private struct CertificateInUse {
        var certificate: TLSCertificate
        let daemonsPerLoop: Int
        var daemonsMade: Int
    }

    /// Listens; nothing is accepted before `start()`.
    ///
    /// - Parameters:
    ///   - connectionRefusal: what a client above the connection limit is told.
    ///   - addressRefusal: what one is told whose address has as many connections as one may have; the same if not given.
    public init(
        configuration: Configuration, connectionRefusal: Response, addressRefusal: Response? = nil, logger: Logger
    ) throws(StartError) {
        let descriptors = DescriptorLimit.raise()
        // Each loop has an epoll set and a mailbox.
        var available = descriptors - DescriptorLimit.reserve - configuration.loops * 2
        let tlsDaemons = Self.daemonsForTLS(configuration, descriptors: available)
        // Those before them stay for a while when they are replaced.
        available -= configuration.loops * tlsDaemons * 2
        let perDaemon = configuration.connectionsPerDaemon
        let mostDaemons = min(available / (perDaemon + 1), (configuration.connectionLimit ?? .max) / perDaemon)
        let daemons = max(1, min(configuration.daemonsPerLoop, mostDaemons / configuration.loops))
        let most = available - configuration.loops * daemons
        guard most > 0 else { throw .tooFewDescriptors(limit: descriptors) }
        self.configuration = configuration
        connectionLimit = min(configuration.connectionLimit ?? most, most)
        DescriptorLimit.makeRoom(for: descriptors - most + connectionLimit)
        let listeners = try Self.listen(configuration)
        address = listeners[0].address
        tlsAddress = listeners.first(where: \.isTLS)?.address
        let places = ConnectionPlaces(
            limit: connectionLimit, perAddress: configuration.connectionsPerAddress,
            isSharedAddress: configuration.isSharedAddress)
        acceptor = Acceptor(
            listeners: listeners, places: places,
            refusals: Acceptor.Refusals(
                overAll: connectionRefusal.serialized(),
                overAddress: (addressRefusal ?? connectionRefusal).serialized()),
            logger: logger)
        trimmer = MemoryTrimmer { (places.count, places.takePeak()) }
        var loops: [EventLoop] = []
        for index in 0..<configuration.loops {
            loops.append(
                try EventLoop(
                    index: index, acceptor: acceptor, daemonCount: daemons, configuration: configuration,
                    logger: logger))
        }
        self.loops = loops
        certificate = Mutex(nil)
        acceptor.attach(loops)
        guard let tls = configuration.tls else { return }
        let fleets = try Self.daemonsForTLS(
            with: tls.certificate, for: loops, count: tlsDaemons, from: daemons, configuration)
        for (loop, fleet) in zip(loops, fleets) { try loop.replaceTLSDaemons(with: fleet.value) }
        certificate.withLock {
            $0 = CertificateInUse(
                certificate: tls.certificate, daemonsPerLoop: tlsDaemons, daemonsMade: daemons + tlsDaemons)
        }
    }

    private static func listen(_ configuration: Configuration) throws(StartError) -> [Listener] {
        var listeners: [Listener] = []
        do throws(StartError) {
            if let port = configuration.port { listeners.append(try Listener(host: configuration.host, port: port)) }
            if let port = configuration.tls?.port {
                listeners.append(try Listener(host: configuration.host, port: port, isTLS: true))
            }
        } catch {
            for listener in listeners { listener.close() }
            throw error
        }
        precondition(!listeners.isEmpty, "a server without TLS has a port")
        return listeners
    }

    // MARK: TLS

    private static func daemonsForTLS(_ configuration: Configuration, descriptors: Int) -> Int {
        guard let tls = configuration.tls else { return 0 }
        return max(1, min(tls.daemonsPerLoop, descriptors / 8 / configuration.loops))
    }

    /// Starts daemons for each loop: all, or none.
    ///
    /// - Parameter index: of the first in each loop.
    private static func daemonsForTLS(
        with certificate: TLSCertificate, for loops: [EventLoop], count: Int, from index: Int,
        _ configuration: Configuration
    ) throws(StartError) -> [LoopConfined<[Daemon]>] {
        var fleets: [LoopConfined<[Daemon]>] = []
        for loop in loops {
            var daemons: [Daemon] = []
            for number in 0..<count {
                daemons.append(
                    try Daemon(
                        index: index + number, loop: loop, configuration: configuration, certificate: certificate))
            }
            fleets.append(LoopConfined(daemons))
        }
        return fleets
    }

    /// Shows `certificate` to clients whose connections begin from some milliseconds later on; those that there are go on
    /// undisturbed. Any thread but a loop's; takes as long as parsing it does, for each daemon once.
    ///
    /// - Returns: whether it is another than the one in use.
    public func replaceCertificate(_ new: TLSCertificate) throws(StartError) -> Bool {
        try certificate.withLock { (inUse: inout CertificateInUse?) throws(StartError) -> Bool in
            guard var next = inUse, next.certificate != new else { return false }
            let fleets = try Self.daemonsForTLS(
                with: new, for: loops, count: next.daemonsPerLoop, from: next.daemonsMade, configuration)
            for (loop, fleet) in zip(loops, fleets) {
                loop.post { [unowned loop] in
                    do throws(StartError) {
                        try loop.replaceTLSDaemons(with: fleet.value)
                    } catch {
                        loop.logger.error("A loop keeps its certificate", metadata: ["reason": "\(error)"])
                    }
                }
            }
            next.certificate = new
            next.daemonsMade += next.daemonsPerLoop
            inUse = next
            return true
        }
    }

    /// Begins to accept and to answer.
    public func start(handler: any AccessHandler) throws(StartError) {
        for loop in loops {
            var thread = pthread_t()
            let code = pthread_create(
                &thread, nil,
                { context in
                    let start = Unmanaged<ThreadStart>.fromOpaque(context!).takeRetainedValue()
                    clinux_name_thread("loop \(start.loop.index)")
                    start.loop.run(handler: start.handler)
                    return nil
                }, Unmanaged.passRetained(ThreadStart(loop: loop, handler: handler)).toOpaque())
            guard code == 0 else {
                throw .system(call: "pthread_create", errno: code, reason: String(cString: strerror(code)))
            }
            pthread_detach(thread)
        }
    }

    public var connectionCount: Int { acceptor.places.count }

    /// Clients that were turned away since the start, because of the limit of all or for want of descriptors.
    public var refusedConnectionCount: Int { acceptor.refusedCount }

    /// Clients that were turned away since the start because their address had as many connections as one may have.
    public var connectionsRefusedToAddresses: Int { acceptor.refusedToAddressesCount }

    /// Addresses whose connections are counted now.
    var countedAddresses: Int { acceptor.places.addressCount }

    /// Takes no more clients. Those that the kernel had already greeted are served. Each answer from here on is the last of its
    /// connection, and says so.
    public func stopAccepting() {
        guard isAccepting.exchange(false, ordering: .relaxed) else { return }
        forEachLoop { $0.stopAccepting() }
        acceptor.close()
    }

    /// Ends all connections and then the loops: once, after `start()`, and not on one of their threads.
    ///
    /// Requests under way are answered, streams end where their readers let them, and idle connections close after a
    /// moment. What is left after `seconds` is cut off.
    public func shutDown(within seconds: Double) {
        trimmer.stop()
        stopAccepting()
        forEachLoop { $0.beginClosing() }
        let lull = min(configuration.lull, seconds)
        if !waitUntilEmpty(seconds: lull) { forEachLoop { $0.endLull() } }
        if !waitUntilEmpty(seconds: seconds - lull) {
            forEachLoop { $0.abandonAll() }
            _ = waitUntilEmpty(seconds: 1)
        }
        forEachLoop { $0.stop() }
        for loop in loops { loop.ended.wait() }
        // The loops hold it, too.
        acceptor.attach([])
    }

    private func waitUntilEmpty(seconds: Double) -> Bool {
        let deadline = monotonicMilliseconds() + Int64(seconds * 1000)
        while connectionCount > 0 {
            if monotonicMilliseconds() >= deadline { return false }
            usleep(5000)
        }
        return true
    }

    /// Does `work` on each loop's thread and waits for it.
    private func forEachLoop(_ work: @escaping @Sendable (EventLoop) -> Void) {
        for loop in loops {
            let done = Latch()
            loop.post {
                work(loop)
                done.open()
            }
            done.wait()
        }
    }
}

/// What a new thread is handed through C.
private final class ThreadStart {
    let loop: EventLoop
    let handler: any AccessHandler

    init(loop: EventLoop, handler: any AccessHandler) {
        self.loop = loop
        self.handler = handler
    }
}
