internal import CLinux
internal import Glibc
internal import Logging
internal import Synchronization

/// Takes clients from the one listener, for whichever loop was woken, and gives each to the loop where it is best served, up
/// to one limit over all.
final class Acceptor: @unchecked Sendable {
    // Unchecked: `loops` is written before any loop runs and after the last has ended.
    private let listener: Listener
    private let limit: Int
    private let logger: Logger
    private let open = Atomic<Int>(0)
    private let most = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)
    private let refusal: [UInt8]
    private var loops: [EventLoop] = []
    /// Given up for a moment when there are no descriptors left, so that a client can be taken and turned away; else it
    /// would stay in the queue, keep the listener readable, and the loops spinning. -1 when something else took it.
    ///
    /// Clients are accepted under its lock, or one loop would take the descriptor that another has just given up for a
    /// client: then there would be no spare one, and everybody after would be left to wait.
    private let spare = Mutex<Int32>(Acceptor.openSpare())

    /// Clients taken in one go; then the loop looks after those it has. Each brings a request of a tenth of a millisecond: with
    /// 64, live messages waited twice as long while 1,000 clients resumed (measured with `roomcast-bench growth`).
    private static let batch = 8
    /// How many more connections than another a loop must have before it gives one away.
    private static let imbalance = 4
    /// The same, where the connection would be among others of its affinity.
    private static let imbalanceForAffinity = 64

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
    /// Clients that were turned away since the start.
    var refusedCount: Int { refused.load(ordering: .relaxed) }

    /// The most connections at once since this was last asked.
    func takePeak() -> Int {
        most.exchange(open.load(ordering: .relaxed), ordering: .relaxed)
    }

    /// What one go of accepting came to.
    enum Progress {
        /// Nobody waits.
        case drained
        /// A batch was taken; others may wait.
        case batchTaken
        /// The system gives no socket now.
        case failed
    }

    /// On `loop`'s thread.
    func accept(for loop: EventLoop) -> Progress {
        for _ in 0..<Self.batch {
            switch takeClient() {
            case nil: return .drained
            case .success(let client): take(client, for: loop)
            case .failure(.noDescriptors):
                guard turnAwayWithSpare() else {
                    logger.error("accept failed: no file descriptors are left")
                    return .failed
                }
            case .failure(.other(let code)):
                logger.error("accept failed: \(String(cString: strerror(code)))")
                return .failed
            }
        }
        return .batchTaken
    }

    private func takeClient() -> Result<Int32, Listener.AcceptFailure>? {
        spare.withLock { spare in
            if spare < 0 { spare = Self.openSpare() }
            return listener.accept()
        }
    }

    private func take(_ client: Int32, for loop: EventLoop) {
        let count = open.add(1, ordering: .relaxed).newValue
        most.max(count, ordering: .relaxed)
        guard count <= limit else {
            open.subtract(1, ordering: .relaxed)
            turnAway(client)
            return
        }
        loop.greet(client)
    }

    /// Gives a client to the loop that has the others of its affinity, unless that has many more connections than
    /// another; without one, to `loop` or the idlest. On `loop`'s thread.
    func place(_ client: Int32, affinity: UInt64?, from loop: EventLoop) {
        let home = affinity.map { loops[Int($0 & 0xffff_ffff) % loops.count] } ?? loop
        let idlest = loops.min { $0.load.load(ordering: .relaxed) < $1.load.load(ordering: .relaxed) } ?? loop
        let tolerance = affinity == nil ? Self.imbalance : Self.imbalanceForAffinity
        let isUnbalanced = home.load.load(ordering: .relaxed) > idlest.load.load(ordering: .relaxed) + tolerance
        let target = isUnbalanced ? idlest : home
        target.load.add(1, ordering: .relaxed)
        if target === loop {
            loop.adopt(client, affinity: affinity)
        } else {
            target.post { target.adopt(client, affinity: affinity) }
        }
    }

    /// A connection has been closed.
    func released() {
        open.subtract(1, ordering: .relaxed)
    }

    /// Says why at once instead of leaving the client to wait. Its request is read away first: closing over unread bytes
    /// would reset the connection and take the answer with it.
    private func turnAway(_ client: Int32) {
        refused.add(1, ordering: .relaxed)
        var unread = [UInt8](repeating: 0, count: 4096)
        _ = clinux_receive_now(client, &unread, unread.count)
        _ = clinux_send_now(client, refusal, refusal.count)
        shutdown(client, Int32(SHUT_WR))
        close(client)
    }

    /// Whether there was a client to turn away, or none any more.
    private func turnAwayWithSpare() -> Bool {
        spare.withLock { spare in
            guard spare >= 0 else { return false }
            close(spare)
            defer { spare = Self.openSpare() }
            switch listener.accept() {
            case .success(let client): turnAway(client)
            case nil: break
            // Another part of the process has taken what the spare one left.
            case .failure: return false
            }
            return true
        }
    }

    private static func openSpare() -> Int32 { Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC) }

    /// After the last loop has stopped accepting.
    func close() {
        listener.close()
        spare.withLock { spare in
            if spare >= 0 { close(spare) }
            spare = -1
        }
    }

    private func close(_ descriptor: Int32) {
        Glibc.close(descriptor)
    }
}
