internal import CLinux
internal import Glibc
public import Logging
internal import Synchronization

/// An HTTP server: event loops that share one listener.
public final class EventLoopGroup: Sendable {
    public let loops: [EventLoop]
    /// Where it listens: numeric host, and the port that was chosen if 0 was asked for.
    public let address: PeerAddress
    /// Connections at once, over all loops.
    public let connectionLimit: Int
    private let acceptor: Acceptor
    private let trimmer: MemoryTrimmer
    private let isAccepting = Atomic(true)
    private let lull: Double

    /// Listens; nothing is accepted before `start()`.
    ///
    /// - Parameter connectionRefusal: what a client above the connection limit is told.
    public init(
        configuration: Configuration, connectionRefusal: Response, logger: Logger
    ) throws(StartError) {
        let descriptors = DescriptorLimit.raise()
        // Each loop has an epoll set and a mailbox.
        let available = descriptors - DescriptorLimit.reserve - configuration.loops * 2
        let perDaemon = configuration.connectionsPerDaemon
        let mostDaemons = min(available / (perDaemon + 1), (configuration.connectionLimit ?? .max) / perDaemon)
        let daemons = max(1, min(configuration.daemonsPerLoop, mostDaemons / configuration.loops))
        let most = available - configuration.loops * daemons
        guard most > 0 else { throw .tooFewDescriptors(limit: descriptors) }
        lull = configuration.lull
        connectionLimit = min(configuration.connectionLimit ?? most, most)
        let listener = try Listener(host: configuration.host, port: configuration.port)
        address = PeerAddress(host: listener.host, port: listener.port)
        acceptor = Acceptor(
            listener: listener, limit: connectionLimit, refusal: connectionRefusal.serialized(), logger: logger)
        trimmer = MemoryTrimmer { [acceptor] in (acceptor.connectionCount, acceptor.takePeak()) }
        var loops: [EventLoop] = []
        for index in 0..<configuration.loops {
            loops.append(
                try EventLoop(
                    index: index, acceptor: acceptor, daemonCount: daemons, configuration: configuration,
                    logger: logger))
        }
        self.loops = loops
        acceptor.attach(loops)
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

    public var connectionCount: Int { acceptor.connectionCount }

    /// Clients that were turned away since the start, because of the limit or for want of descriptors.
    public var refusedConnectionCount: Int { acceptor.refusedCount }

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
        let lull = min(lull, seconds)
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
