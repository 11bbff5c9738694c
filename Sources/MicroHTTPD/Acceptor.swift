internal import CLinux
internal import Glibc
internal import Logging
internal import Synchronization

/// Takes clients from the listeners, for whichever loop was woken, and gives each to the loop where it is best served, as
/// long as there are places.
final class Acceptor: @unchecked Sendable {
    // Unchecked: `loops` is written before any loop runs and after the last has ended.
    let listeners: [Listener]
    let places: ConnectionPlaces
    private let logger: Logger
    private let refused = Atomic<Int>(0)
    private let refusedToAddresses = Atomic<Int>(0)
    private let refusals: Refusals
    private var loops: [EventLoop] = []
    /// Given up for a moment when there are no descriptors left, so that a client can be taken and turned away; else it
    /// would stay in the queue, keep the listener readable, and the loops spinning. -1 when something else took it.
    ///
    /// Clients are accepted under its lock, or one loop would take the descriptor that another has just given up for a
    /// client: then there would be no spare one, and everybody after would be left to wait.
    private let spare = Mutex<Int32>(Acceptor.openSpare())

    /// Clients taken in one go; then the loop looks after those it has.
    private static let batch = Arrivals.batch
    /// How many more connections without an affinity than another a loop must have before it gives one away.
    private static let imbalance = 1
    /// The same, where the connection would be among others of its affinity.
    private static let imbalanceForAffinity = 64

    /// The bytes of the whole answer to a client above a limit.
    struct Refusals {
        let overAll: [UInt8]
        let overAddress: [UInt8]
    }

    init(listeners: [Listener], places: ConnectionPlaces, refusals: Refusals, logger: Logger) {
        self.listeners = listeners
        self.places = places
        self.refusals = refusals
        self.logger = logger
    }

    func attach(_ loops: [EventLoop]) {
        self.loops = loops
    }

    /// Clients that were turned away since the start, whatever their address has.
    var refusedCount: Int { refused.load(ordering: .relaxed) }
    /// Clients that were turned away since the start because of what their address has.
    var refusedToAddressesCount: Int { refusedToAddresses.load(ordering: .relaxed) }

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
    func accept(from listener: Listener, for loop: EventLoop) -> Progress {
        for _ in 0..<Self.batch {
            switch takeClient(listener) {
            case nil: return .drained
            case .success(let client): take(client, overTLS: listener.isTLS, for: loop)
            case .failure(.noDescriptors):
                guard turnAwayWithSpare(listener) else {
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

    private func takeClient(_ listener: Listener) -> Result<Client, Listener.AcceptFailure>? {
        spare.withLock { spare in
            if spare < 0 { spare = Self.openSpare() }
            return listener.accept()
        }
    }

    private func take(_ client: Client, overTLS isTLS: Bool, for loop: EventLoop) {
        if let limit = places.take(for: client.peer) {
            turnAway(client, over: limit, overTLS: isTLS)
        } else if isTLS {
            // What it asks for is known only after the handshake.
            place(client, affinity: nil, overTLS: true, from: loop)
        } else {
            loop.greet(client)
        }
    }

    /// Gives a client to the loop that has the others of its affinity, unless that has many more connections than
    /// another; without one, to `loop` or the idlest. On `loop`'s thread.
    func place(_ client: Client, affinity: UInt64?, overTLS isTLS: Bool = false, from loop: EventLoop) {
        let home = affinity.map { loops[Int($0 & 0xffff_ffff) % loops.count] } ?? loop
        let tolerance = affinity == nil ? Self.imbalance : Self.imbalanceForAffinity
        // Thousands of streams are never spread quite evenly, and would send all that posts to the same loop.
        func load(_ loop: EventLoop) -> Int {
            affinity == nil
                ? loop.loadWithoutAffinity.load(ordering: .relaxed) : loop.load.load(ordering: .relaxed)
        }
        let idlest = loops.min { load($0) < load($1) } ?? loop
        let target = load(home) > load(idlest) + tolerance ? idlest : home
        target.load.add(1, ordering: .relaxed)
        if affinity == nil { target.loadWithoutAffinity.add(1, ordering: .relaxed) }
        let arrival = Arrivals.Arrival(client: client, affinity: affinity, isTLS: isTLS)
        if target === loop { loop.take(arrival) } else { target.post { target.take(arrival) } }
    }

    /// A client has been accepted, and cannot be served.
    func dismiss(_ client: Client) {
        places.release(client.peer)
        close(client, saying: [])
    }

    /// Says why at once instead of leaving the client to wait; over TLS there is no saying before a handshake, which costs more
    /// than a client is worth that is not taken.
    private func turnAway(_ client: Client, over limit: ConnectionPlaces.Limit, overTLS isTLS: Bool) {
        let refusal: [UInt8]
        switch limit {
        case .all:
            refused.add(1, ordering: .relaxed)
            refusal = refusals.overAll
        case .address:
            refusedToAddresses.add(1, ordering: .relaxed)
            refusal = refusals.overAddress
        }
        close(client, saying: isTLS ? [] : refusal)
    }

    /// What the client has sent is read away first: closing over unread bytes would reset the connection and take the answer
    /// with it.
    private func close(_ client: Client, saying answer: [UInt8]) {
        var unread = [UInt8](repeating: 0, count: 4096)
        _ = clinux_receive_now(client.descriptor, &unread, unread.count)
        if !answer.isEmpty { _ = clinux_send_now(client.descriptor, answer, answer.count) }
        shutdown(client.descriptor, Int32(SHUT_WR))
        close(client.descriptor)
    }

    /// Whether there was a client to turn away, or none any more.
    private func turnAwayWithSpare(_ listener: Listener) -> Bool {
        spare.withLock { spare in
            guard spare >= 0 else { return false }
            close(spare)
            defer { spare = Self.openSpare() }
            switch listener.accept() {
            case .success(let client): turnAway(client, over: .all, overTLS: listener.isTLS)
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
        for listener in listeners { listener.close() }
        spare.withLock { spare in
            if spare >= 0 { close(spare) }
            spare = -1
        }
    }

    private func close(_ descriptor: Int32) {
        Glibc.close(descriptor)
    }
}
