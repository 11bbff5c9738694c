internal import Glibc
internal import Logging
internal import Synchronization

/// A thread that owns connections: it waits in its own epoll set for the listener, its mailbox, its daemons and its peers,
/// and makes every call about a connection itself. So nothing about a connection needs a lock.
public final class EventLoop: @unchecked Sendable {
    // Unchecked: apart from the mailbox, the loads and what is constant, everything is confined to the loop's thread.
    public let index: Int
    /// Set before the thread starts.
    private(set) var handler: any AccessHandler = NoHandler()
    let deadlines: Deadlines
    let drainLimit: Int
    let logger: Logger

    private let epoll: Epoll
    private let mailbox: Mailbox
    private let acceptor: Acceptor
    private let connectionsPerDaemon: Int
    private var daemons: [Daemon] = []
    private var tls = TLSDaemons()
    let headersOverTLS: [Header]
    @exclusivity(unchecked) private var dirty = RunQueue()
    /// Microseconds after which a pass leaves the rest of what it was to run to the next one.
    private static let slice: Int64 = 1_000
    @exclusivity(unchecked) private var connections = ConnectionTable()
    private var starting: Connection?
    private var newcomers = Newcomers()
    /// Clients that are to be served here.
    private var arrivals = Arrivals()
    private var timers = Timers()
    @exclusivity(unchecked) private var delivery = DeliveryPass()
    private var thread: pthread_t?
    /// Connections here, for other loops that have one to give away.
    let load = Atomic<Int>(0)
    /// Those of them that came without an affinity: most of what they ask for is answered at once.
    let loadWithoutAffinity = Atomic<Int>(0)

    /// Seconds of this loop's own clock, as of this pass.
    private(set) var second: UInt32 = 0
    private let startedAt = monotonicMilliseconds()
    /// No client is taken any more: each answer says that it is its connection's last.
    private(set) var isEnding = false
    private(set) var isClosing = false
    /// A connection that is not in the middle of a request is not waited for any longer.
    private(set) var isLullOver = false
    private var isStopped = false
    /// Not watched for a moment: indices of the acceptor's.
    private var pausedListeners: [Int] = []
    /// Opened when the thread has made its last call about a connection.
    let ended = Latch()

    /// - Parameters:
    ///   - acceptor: shared by all loops.
    ///   - daemonCount: at least 1.
    init(
        index: Int, acceptor: Acceptor, daemonCount: Int, configuration: Configuration, logger: Logger
    ) throws(StartError) {
        self.index = index
        self.acceptor = acceptor
        self.logger = logger
        connectionsPerDaemon = configuration.connectionsPerDaemon
        deadlines = configuration.deadlines
        drainLimit = configuration.drainLimit
        headersOverTLS = configuration.tls?.headers ?? []
        epoll = try Epoll()
        mailbox = try Mailbox()
        try epoll.add(mailbox.descriptor, .readable, token: Token.mailbox)
        for index in 0..<daemonCount {
            let daemon = try Daemon(index: index, loop: self, configuration: configuration)
            daemons.append(daemon)
            try epoll.add(daemon.epollDescriptor, .readable, token: Token.daemon | UInt64(index))
        }
        for index in acceptor.listeners.indices { try watchListener(index) }
        every(milliseconds: 1000) { [unowned self] in checkDeadlines() }
    }

    /// What an event in the epoll set is about: the top byte.
    private enum Token {
        static let mailbox: UInt64 = 0 << 56
        static let listener: UInt64 = 1 << 56
        static let daemon: UInt64 = 2 << 56
        static let connection: UInt64 = 3 << 56
        static let newcomer: UInt64 = 4 << 56
        static let kind: UInt64 = 0xff << 56
    }

    // MARK: From other threads

    /// Does `work` on the loop's thread, in the order of posting; never at once. Any thread.
    public func post(_ work: @escaping @Sendable () -> Void) {
        mailbox.post(work)
    }

    /// Whether something posted has not been begun. Any thread.
    var hasPosts: Bool { !mailbox.isEmpty }

    public func preconditionOnLoop() {
        precondition(
            thread.map { pthread_equal($0, pthread_self()) != 0 } ?? true, "called away from the loop's thread")
    }

    // MARK: The thread

    /// On the loop's own thread, for as long as it lives.
    func run(handler: any AccessHandler) {
        self.handler = handler
        thread = pthread_self()
        while !isStopped {
            epoll.wait(timeout: timeout()) { token, readiness in
                dispatch(token, readiness)
            }
            runTimers()
            dirty.wakeStuck()
            for arrival in arrivals.takeSome() { adopt(arrival) }
            let start = monotonicMicroseconds()
            let delivers = delivery.begin(at: start)
            for daemon in dirty.takeUrgent() { run(daemon) }
            if delivers { delivery.end(at: monotonicMicroseconds()) }
            runOthers(since: start)
            for daemon in tls.takeEnded() { end(daemon) }
        }
        for daemon in daemons + tls.all { daemon.stop() }
        // These hold what holds the loop.
        self.handler = NoHandler()
        timers = Timers()
        delivery = DeliveryPass()
        mailbox.end()
        ended.open()
    }

    private func dispatch(_ token: UInt64, _ readiness: Epoll.Readiness) {
        let value = token & ~Token.kind
        switch token & Token.kind {
        case Token.mailbox: for work in mailbox.take() { work() }
        case Token.listener: acceptClients(Int(value))
        case Token.daemon: daemonSignalled(Int(value))
        case Token.newcomer: newcomerSpeaks(value)
        default: connections[bits: value]?.peerSignalled(readiness)
        }
    }

    private func daemonSignalled(_ index: Int) {
        if let daemon = index < daemons.count ? daemons[index] : tls.find(index) { markDirty(daemon) }
    }

    func deliver(to connection: Connection) {
        delivery.add(connection)
    }

    func markDirty(_ daemon: Daemon) {
        dirty.add(daemon)
    }

    /// It runs before all that are only dirty.
    func markUrgent(_ daemon: Daemon) {
        dirty.addUrgent(daemon)
    }

    /// Once each, as work that a pass makes for the next one must not keep the mailbox waiting; and not all of them, if that takes
    /// long: when hundreds of clients come back at once, what is said meanwhile does not wait for all their requests.
    private func runOthers(since start: Int64) {
        for _ in 0..<dirty.count {
            guard let daemon = dirty.takeNext() else { return }
            run(daemon)
            if monotonicMicroseconds() - start > Self.slice { return }
        }
    }

    private func run(_ daemon: Daemon) {
        guard !daemon.isStopped else { return }
        daemon.run()
        if daemon.isDirty { dirty.putBack(daemon) }
    }

    private func timeout() -> Int32 {
        guard dirty.isEmpty && arrivals.isEmpty else { return 0 }
        let now = monotonicMicroseconds()
        let due = min(timers.nextDue, dirty.wakesStuckAt)
        let wait = min(due - now / 1000, delivery.wait(from: now))
        return Int32(clamping: max(0, wait))
    }

    // MARK: Timers

    /// Repeats `work` on the loop's thread. On that thread, or before the loop has been started.
    public func every(milliseconds interval: Int64, _ work: @escaping () -> Void) {
        preconditionOnLoop()
        timers.add(every: interval, from: monotonicMilliseconds(), work)
    }

    private func runTimers() {
        let now = monotonicMilliseconds()
        second = UInt32((now - startedAt) / 1000)
        for work in timers.takeDue(at: now) { work() }
    }

    private func checkDeadlines() {
        for connection in connections.takeDue(at: second) { connection.deadlinePassed() }
        for client in newcomers.takeThose(before: second) { place(client, affinity: nil) }
        pausedListeners.removeAll { (try? watchListener($0)) != nil }
        // libmicrohttpd looks at its own timeouts only when it runs.
        guard second.isMultiple(of: 5) else { return }
        for daemon in daemons where daemon.connectionCount > 0 { markDirty(daemon) }
        for daemon in tls.all where daemon.connectionCount > 0 { markDirty(daemon) }
    }

    func setDeadline(inSeconds seconds: UInt32, for token: ConnectionTable.Token) {
        connections.setDeadline(second + seconds, for: token)
    }

    func clearDeadline(of token: ConnectionTable.Token) {
        connections.setDeadline(ConnectionTable.noDeadline, for: token)
    }

    // MARK: Connections

    private func watchListener(_ index: Int) throws(StartError) {
        try epoll.add(
            acceptor.listeners[index].descriptor, [.readable, .exclusive], token: Token.listener | UInt64(index))
    }

    /// Takes over a client that has just been accepted, and finds it a place once it is known what it asks for. On the
    /// loop's thread.
    func greet(_ client: Client) {
        if let head = Newcomers.head(of: client.descriptor) {
            if Newcomers.isTLS(head) { return acceptor.dismiss(client) }
            acceptor.place(client, affinity: handler.affinity(of: head), from: self)
            return
        }
        let number = newcomers.add(client, at: second)
        do {
            try epoll.add(client.descriptor, .readable, token: Token.newcomer | number)
        } catch {
            _ = newcomers.take(number)
            acceptor.place(client, affinity: nil, from: self)
        }
    }

    private func newcomerSpeaks(_ number: UInt64) {
        guard let client = newcomers.take(number) else { return }
        let head = Newcomers.head(of: client.descriptor)
        if let head, Newcomers.isTLS(head) {
            epoll.remove(client.descriptor)
            return acceptor.dismiss(client)
        }
        place(client, affinity: head.flatMap { handler.affinity(of: $0) })
    }

    private func place(_ newcomer: Client, affinity: UInt64?) {
        epoll.remove(newcomer.descriptor)
        acceptor.place(newcomer, affinity: affinity, from: self)
    }

    private func acceptClients(_ index: Int) {
        let listener = acceptor.listeners[index]
        guard acceptor.accept(from: listener, for: self) == .failed else { return }
        // The listener stays readable, and trying at once again would keep the loop from its clients: it is watched again
        // when the deadlines are looked at.
        epoll.remove(listener.descriptor)
        pausedListeners.append(index)
    }

    /// Those of one affinity together, so that what wakes them makes one daemon walk its suspended connections; but not so
    /// many that the walk gets long, or that a stream of a busy daemon waits for all others.
    private func daemon(for affinity: UInt64?) -> Daemon {
        if let affinity {
            let home = Int(affinity >> 32) % daemons.count
            for step in 0..<daemons.count {
                let daemon = daemons[(home + step) % daemons.count]
                if daemon.connectionCount < 2 * connectionsPerDaemon { return daemon }
            }
        }
        return daemons.min { $0.connectionCount < $1.connectionCount }!
    }

    /// New clients over TLS go to these, which nobody else has. On the loop's thread, or before it has been started.
    func replaceTLSDaemons(with new: [Daemon]) throws(StartError) {
        for daemon in new {
            try epoll.add(daemon.epollDescriptor, .readable, token: Token.daemon | UInt64(daemon.index))
        }
        tls.replace(with: new)
    }

    /// Its last connection has ended, and no other will come.
    private func end(_ daemon: Daemon) {
        epoll.remove(daemon.epollDescriptor)
        daemon.stop()
    }

    /// Takes over a client's socket, in this pass or one of the next. On the loop's thread.
    func take(_ arrival: Arrivals.Arrival) {
        if isEnding { adopt(arrival) } else { arrivals.add(arrival) }
    }

    private func adopt(_ arrival: Arrivals.Arrival) {
        let descriptor = arrival.client.descriptor
        guard let daemon = arrival.isTLS ? tls.idlest : daemon(for: arrival.affinity) else {
            preconditionFailure("a client over TLS, for which there are no daemons")
        }
        let connection = connections.insert { token in
            Connection(
                loop: self, daemon: daemon, descriptor: descriptor, token: token,
                hasAffinity: arrival.affinity != nil)
        }
        connection.setDeadline(inSeconds: deadlines.headers)
        daemon.connectionCount += 1
        // `NOTIFY_STARTED` comes from inside `add`, and needs to know whose it is.
        starting = connection
        let isAdded = daemon.add(arrival.client)
        markDirty(daemon)
        if starting != nil {
            // libmicrohttpd has refused and closed the socket without telling.
            starting = nil
            connectionClosed(connection, of: arrival.client.peer)
        } else if isAdded {
            do {
                try epoll.add(
                    descriptor, [.readHangUp, .edgeTriggered], token: Token.connection | connection.token.bits)
            } catch {
                // Nobody would see it leave.
                logger.error("\(error)")
                connection.giveUp()
            }
        }
    }

    func connectionStarted(_ pointer: OpaquePointer) -> Connection {
        guard let connection = starting else { preconditionFailure("a connection that the loop did not add") }
        starting = nil
        connection.pointer = pointer
        connection.daemon.progress &+= 1
        return connection
    }

    /// The socket is closed after this returns.
    ///
    /// - Parameter peer: the same as that of the client that was accepted.
    func connectionClosed(_ connection: Connection, of peer: IPAddress) {
        epoll.remove(connection.descriptor)
        connection.pointer = nil
        connection.daemon.connectionCount -= 1
        connection.daemon.progress &+= 1
        connections.remove(connection.token)
        load.subtract(1, ordering: .relaxed)
        if !connection.hasAffinity { loadWithoutAffinity.subtract(1, ordering: .relaxed) }
        acceptor.places.release(peer)
    }

    func log(_ line: String) {
        logger.debug("libmicrohttpd: \(LogLine.sanitized(line))")
    }

    // MARK: Closing

    /// Stops accepting, after taking what the kernel has already queued.
    func stopAccepting() {
        isEnding = true
        for listener in acceptor.listeners {
            while acceptor.accept(from: listener, for: self) == .batchTaken {}
        }
        for client in newcomers.takeThose(before: .max) { place(client, affinity: nil) }
        for arrival in arrivals.takeAll() { adopt(arrival) }
        for listener in acceptor.listeners { epoll.remove(listener.descriptor) }
        pausedListeners = []
    }

    /// Streams end at their next read. Connections between requests may begin one more.
    func beginClosing() {
        isClosing = true
        for connection in connections.all where connection.phase == .parked { connection.resume() }
    }

    /// From here on nothing idles: connections on which no request has begun close.
    func endLull() {
        isLullOver = true
        for connection in connections.all where connection.isBetweenRequests { connection.giveUp() }
    }

    func abandonAll() {
        for connection in connections.all { connection.giveUp() }
    }

    func stop() {
        isStopped = true
    }

    var connectionCount: Int { connections.count }
}

/// Stands in until the loop runs; nothing is accepted before.
private struct NoHandler: AccessHandler {
    func admit(_ request: borrowing Request) -> Admission { .refuse(Response(status: 503)) }
    func answer(_ request: consuming Request) -> Answer { .now(Response(status: 503)) }
    func response(to refusal: Refusal) -> Response { Response(status: 503) }
}
