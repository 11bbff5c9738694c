internal import CLinux
internal import CMicroHTTPD
internal import Glibc

/// One client's socket and the request that is on it.
///
/// It belongs to its loop's thread, and everything here is called there. Other threads may hold it, to name it in work
/// that they post to the loop.
public final class Connection: @unchecked Sendable {
    // Unchecked: all mutable state is confined to the loop's thread.

    /// Where a connection stands in the life of a request; each phase has its own deadline.
    enum Phase {
        /// Nothing of a request has been handed over. Deadline: headers, or keep-alive before the request's first line.
        case awaitingRequest
        /// Headers are in, the body is coming. Deadline: body.
        case receivingBody
        /// Suspended until the handler has its answer. No deadline of ours: the handler has one.
        case handling
        /// An answer is being sent. Deadline: stalled writer; of a stream also looks at whether the peer is there.
        case writing
        /// Suspended by its content reader. A look at whether the peer is there after each write, and then no deadline: that
        /// is what an idle stream is.
        case parked
    }

    // Thousands of these idle, so the order leaves no holes between them.

    /// Each lets go of the other when the connection closes. (Asking an unowned one whether it lives is what most of a
    /// delivery's reference counting was.)
    public let loop: EventLoop
    let daemon: Daemon
    /// libmicrohttpd's own, valid from `NOTIFY_STARTED` to `NOTIFY_CLOSED`.
    var pointer: OpaquePointer?
    /// The request that is being read or waits for its answer.
    var pending: PendingRequest?
    var reader: (any ContentReader)?
    /// The endless response on its way, until its headers have been given up. libmicrohttpd owns it.
    var responseWithHeaders: OpaquePointer?

    let token: ConnectionTable.Token
    let descriptor: Int32
    /// Counts the requests of this connection, so that a late answer does not meet the request after.
    var requestNumber: UInt32 = 0
    /// Bytes handed to libmicrohttpd since its buffer's pages were last given back.
    var bytesSincePagesReleased: UInt32 = 0
    var pagesReleasedAt: UInt32 = 0
    // Unchecked, here and where else it says so: these are touched for each delivery, by one thread, and never from within a
    // change of theirs. The checks at run time took a seventh of a delivery's instructions (callgrind).
    @exclusivity(unchecked) private var vanish = VanishDetector()

    var phase = Phase.awaitingRequest
    /// The request asks for an answer without chunks or keep-alive.
    var isHTTP10 = false
    /// It is where it is because of what it asked for first.
    let hasAffinity: Bool
    @exclusivity(unchecked) var stall = StallDetector()
    /// libmicrohttpd does not look at the socket.
    private(set) var isSuspended = false
    /// The next delivery pass resumes it.
    private var isResumePending = false
    /// The socket failed or was closed in both directions: nobody is there to answer.
    private(set) var isDead = false
    /// Nobody acknowledges any more what was sent.
    private var hasVanished = false
    /// The peer sent its last byte. It may still be listening.
    private(set) var hasReadHangUp = false
    /// The reader has no end of its own: it is not waited for when the client or the server closes.
    var isEndless = false

    init(
        loop: EventLoop, daemon: Daemon, descriptor: Int32, token: ConnectionTable.Token, hasAffinity: Bool = false
    ) {
        self.hasAffinity = hasAffinity
        self.loop = loop
        self.daemon = daemon
        self.descriptor = descriptor
        self.token = token
    }

    /// The address of the socket's other end: a proxy's, if one stands between.
    public var peer: IPAddress {
        // As it was when the client came, so there is no system call, which getpeername(2) for each request was.
        cmhd_client_address(pointer).flatMap { IPAddress($0) } ?? .unknown
    }

    // MARK: Suspending and resuming

    /// Takes the connection out of libmicrohttpd's sight. Only from inside one of its callbacks.
    func suspend() {
        isSuspended = true
        MHD_suspend_connection(pointer)
    }

    /// Lets a content reader that has suspended be asked again, in the loop's next delivery pass: together with others, at
    /// once when the loop has been idle, some milliseconds later when it is busy. Nothing on a connection that is awake.
    public func resumeInDeliveryPass() {
        // From another thread it would be right nearly always, and a lost wake or a crash now and then.
        loop.preconditionOnLoop()
        guard isSuspended && !isResumePending else { return }
        isResumePending = true
        loop.deliver(to: self)
    }

    /// The delivery pass has come. What was resumed meanwhile by other means may be suspended again for another request,
    /// which this is not about.
    func deliver() {
        if isResumePending && wake() { loop.markUrgent(daemon) }
    }

    /// Lets libmicrohttpd go on with a suspended connection in this pass of the loop, or one of the next if it is busy; nothing on
    /// one that is awake.
    public func resume() {
        if wake() { loop.markDirty(daemon) }
    }

    /// microhttpd.h promises nothing about resuming what is not suspended, and 0.9.75 lets such a resume cancel the next
    /// suspension: so this class keeps count itself.
    ///
    /// - Returns: whether it slept.
    private func wake() -> Bool {
        isResumePending = false
        guard isSuspended else { return false }
        isSuspended = false
        MHD_resume_connection(pointer)
        return true
    }

    // MARK: The peer

    /// What the loop's own epoll set tells. libmicrohttpd does not watch suspended sockets at all, and active ones not
    /// for EPOLLRDHUP.
    func peerSignalled(_ readiness: Epoll.Readiness) {
        hasReadHangUp = true
        if readiness.isDisjoint(with: .dead) {
            if phase == .awaitingRequest || phase == .receivingBody {
                setDeadline(inSeconds: Self.secondsAfterTheEnd)
            }
            // A half-closed peer that waits for the answer to its POST gets it. One that listens to a stream has gone:
            // an EventSource or a curl that lives never closes its side.
            if phase == .parked && isEndless { giveUp() }
            if phase == .handling && pending?.suspendedRequest?.endsOnHalfClose == true { giveUp() }
        } else {
            giveUp()
        }
    }

    /// Ends the connection from our side, whatever it is doing.
    public func giveUp() {
        guard !isDead else { return }
        isDead = true
        pending?.suspendedRequest?.cancel()
        pending?.suspendedRequest = nil
        // A suspended connection notices only when it is resumed; then its handler or reader ends it.
        resume()
        shutdown(descriptor, Int32(SHUT_RDWR))
        loop.markDirty(daemon)
        setDeadline(inSeconds: Self.secondsAfterTheEnd)
    }

    /// Gives up a peer that does not take what was sent: the kernel forgets it now, where else it would go on offering it
    /// for minutes, and the peer is told, should it still be there.
    private func cutOff() {
        var atOnce = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &atOnce, socklen_t(MemoryLayout<linger>.size))
        giveUp()
    }

    // MARK: Deadlines

    /// A peer that has sent its last byte completes nothing more. libmicrohttpd 0.9.75 does not notice when that byte and
    /// the end came together: its epoll set is edge-triggered, and it reads once.
    private static let secondsAfterTheEnd: UInt32 = 2

    func setDeadline(inSeconds seconds: UInt32) {
        if isDead { return loop.setDeadline(inSeconds: 1, for: token) }
        let isIncomplete = phase == .awaitingRequest || phase == .receivingBody
        loop.setDeadline(
            inSeconds: hasReadHangUp && isIncomplete ? min(seconds, Self.secondsAfterTheEnd) : seconds, for: token)
    }

    func clearDeadline() {
        loop.clearDeadline(of: token)
    }

    func deadlinePassed() {
        if isDead { return bury() }
        switch phase {
        case .awaitingRequest, .receivingBody:
            giveUp()
            bury()
        case .writing:
            if isEndless && lookForPeer() == .vanished { return }
            if stall.isDue(at: loop.second), stall.hasStalled(descriptor) { return cutOff() }
            waitForWriter()
        case .parked:
            if lookForPeer() == .unsure { park() }
        case .handling:
            break
        }
    }

    /// Has libmicrohttpd close what it has not closed by itself. For the same reason as above it may miss the end of a peer that
    /// left as an answer to it ended, and wait for a further request; and it does not look at the socket of a connection
    /// whose buffer is full of a chunk's size line, or whose 431 it had no memory left for. Then only its own timeout ends
    /// them, which would be the backstop's.
    private func bury() {
        guard pointer != nil else { return }
        cmhd_limit_connection(pointer, 1)
        loop.markDirty(daemon)
        setDeadline(inSeconds: Self.secondsAfterTheEnd)
    }

    /// Goes to sleep after something was sent.
    func park() {
        phase = .parked
        setDeadline(inSeconds: vanish.sleeps(at: loop.second, interval: loop.deadlines.vanishLook))
    }

    private func lookForPeer() -> VanishDetector.Verdict {
        let verdict = vanish.look(at: descriptor, interval: loop.deadlines.vanishLook)
        if verdict == .vanished {
            hasVanished = true
            cutOff()
        }
        return verdict
    }

    func startWriting() {
        phase = .writing
        stall = StallDetector()
        waitForWriter()
    }

    /// A stream's peer may vanish while more is to be sent than the kernel takes; what else is sent is not resumed, and has
    /// the stalled writer's time.
    private func waitForWriter() {
        var seconds = stall.wait(from: loop.second, deadlines: loop.deadlines)
        if isEndless {
            seconds = min(seconds, vanish.sleeps(at: loop.second, interval: loop.deadlines.vanishLook))
        }
        setDeadline(inSeconds: seconds)
    }

    // MARK: The end of a request

    func completed(_ reason: TerminationReason) {
        daemon.progress &+= 1
        let reason = hasVanished ? .vanished : reason
        reader?.closed(reason)
        reader = nil
        responseWithHeaders = nil
        // Given between the resume and libmicrohttpd's next look at a client that left in that moment.
        pending?.answer?.reader?.closed(reason)
        pending?.suspendedRequest?.cancel()
        pending = nil
        requestNumber &+= 1
        phase = .awaitingRequest
        setDeadline(inSeconds: loop.deadlines.keepAlive)
        if loop.isClosing && (isEndless || loop.isLullOver && isBetweenRequests) { giveUp() }
    }

    /// Nothing of a request has come.
    var isBetweenRequests: Bool {
        guard phase == .awaitingRequest && pending == nil else { return false }
        var next: UInt8 = 0
        return clinux_peek(descriptor, &next, 1) <= 0
    }
}
