internal import Chat
internal import Dispatch
internal import Synchronization

/// Whether the log can be written and read. Many may ask at once: they share one probe.
final class Readiness: Sendable {
    typealias Outcome = Result<Void, LogFailure>

    /// A success of the log, a post's too, that is not older needs no probe.
    static let freshness = Duration.seconds(5)
    /// How long an asker waits for the probe, in milliseconds.
    static let patience = 3000

    private struct State {
        /// By the order in which they came. There are no more than connections.
        var askers: [Int: @Sendable (Outcome) -> Void] = [:]
        var asked = 0
        var isProbing = false
    }

    private let log: any Log
    private let patience: Int
    private let state = Mutex(State())
    /// Where askers are told that nothing came.
    private let queue = DispatchQueue(label: "roomcast.readiness")

    /// - Parameter patience: milliseconds.
    init(of log: any Log, patience: Int = Readiness.patience) {
        self.log = log
        self.patience = patience
    }

    /// Any thread; never waits.
    ///
    /// - Parameter completion: called once, on any thread, the caller's before this returns among them; must not wait.
    func ask(_ completion: @escaping @Sendable (Outcome) -> Void) {
        if let last = log.lastSuccess, ContinuousClock.now - last < Self.freshness { return completion(.success(())) }
        let (ticket, mustProbe) = state.withLock { state in
            defer { state.isProbing = true }
            state.asked += 1
            state.askers[state.asked] = completion
            return (state.asked, !state.isProbing)
        }
        queue.asyncAfter(deadline: .now() + .milliseconds(patience)) { [self] in
            let seconds = Double(patience) / 1000
            state.withLock { $0.askers.removeValue(forKey: ticket) }?(
                .failure(.unavailable(reason: "the log has not answered for \(seconds) s")))
        }
        if mustProbe { log.probe { self.tell($0) } }
    }

    private func tell(_ outcome: Outcome) {
        let askers = state.withLock { state in
            defer { state.askers = [:] }
            state.isProbing = false
            return state.askers
        }
        for asker in askers.values { asker(outcome) }
    }
}
