internal import Glibc
internal import Logging
internal import Synchronization

/// Takes clients from the one listener, for whichever loop was woken, and gives each to the loop that has the fewest, up
/// to one limit over all.
final class Acceptor: @unchecked Sendable {
    // Unchecked: `loops` is written once before any loop runs, `spare` under its lock.
    private let listener: Listener
    private let limit: Int
    private let logger: Logger
    private let open = Atomic<Int>(0)
    private let refusal: [UInt8]
    private var loops: [EventLoop] = []
    /// Given up for a moment when there are no descriptors left, so that a client can be taken and turned away; else it
    /// would stay in the queue, keep the listener readable, and the loops spinning.
    private let spare = Mutex<Int32>(Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC))

    /// Clients taken in one go; then the loop looks after those it has.
    private static let batch = 64
    /// How many more connections than another a loop must have before it gives one away.
    private static let imbalance = 4

    /// - Parameter refusal: the bytes of the whole answer to a client above the limit.
    init(listener: Listener, limit: Int, refusal: [UInt8], logger: Logger) {
        self.listener = listener
        self.limit = limit
        self.refusal = refusal
        self.logger = logger
    }

    func attach(_ loops: [EventLoop]) {
        self.loops = loops
    }

    var descriptor: Int32 { listener.descriptor }
    var connectionCount: Int { open.load(ordering: .relaxed) }

    /// On `loop`'s thread.
    func accept(for loop: EventLoop) {
        for _ in 0..<Self.batch {
            switch listener.accept() {
            case nil: return
            case .success(let client): place(client, acceptedBy: loop)
            case .failure(.noDescriptors): turnAwayWithSpare()
            case .failure(.other(let code)):
                logger.error("accept failed: \(String(cString: strerror(code)))")
                return
            }
        }
    }

    private func place(_ client: Int32, acceptedBy loop: EventLoop) {
        guard open.add(1, ordering: .relaxed).newValue <= limit else {
            open.subtract(1, ordering: .relaxed)
            turnAway(client)
            return
        }
        let idlest = loops.min { $0.load.load(ordering: .relaxed) < $1.load.load(ordering: .relaxed) } ?? loop
        let isUnbalanced =
            loop.load.load(ordering: .relaxed) > idlest.load.load(ordering: .relaxed) + Self.imbalance
        let target = isUnbalanced ? idlest : loop
        target.load.add(1, ordering: .relaxed)
        if target === loop {
            loop.adopt(client)
        } else {
            target.post { target.adopt(client) }
        }
    }

    /// A connection has been closed.
    func released() {
        open.subtract(1, ordering: .relaxed)
    }

    /// Says why at once instead of leaving the client to wait. Its request is read away first: closing over unread bytes
    /// would reset the connection and take the answer with it.
    private func turnAway(_ client: Int32) {
        var unread = [UInt8](repeating: 0, count: 4096)
        _ = recv(client, &unread, unread.count, Int32(MSG_DONTWAIT))
        _ = send(client, refusal, refusal.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        shutdown(client, Int32(SHUT_WR))
        close(client)
    }

    private func turnAwayWithSpare() {
        spare.withLock { spare in
            close(spare)
            if case .success(let client) = listener.accept() { turnAway(client) }
            spare = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
        }
    }

    /// After the last loop has stopped accepting.
    func close() {
        listener.close()
    }

    private func close(_ descriptor: Int32) {
        Glibc.close(descriptor)
    }
}
