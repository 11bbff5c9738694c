public import Chat
internal import Dispatch

// Requests that wait: a long poll, a question that awaits its reply.
extension Hub {
    /// Waits until something is said in a room. Any thread; all closures are called on the Hub's queue.
    ///
    /// There is no moment between looking and waiting: what is published up to the head given to `began` can be read then,
    /// and what comes after it ends the wait. They are told one after the other on the queue that publishes.
    ///
    /// - Parameters:
    ///   - began: called once, with the published head, before `completion`: time to read what is there already.
    ///   - completion: called at most once; not after `stopWatching`.
    public func watch(
        _ room: RoomName, for awaited: Awaited, seconds: Int, ticket: WatchTicket,
        began: @escaping @Sendable (EntryID) -> Void, completion: @escaping @Sendable (WatchOutcome) -> Void
    ) {
        queue.async { [self] in
            guard !ticket.isCancelled.value else { return }
            began(head)
            let wasEmpty = watches.count == 0
            ticket.number.value = watches.add(
                room, awaited, until: now / 1000 + Int64(seconds) + 1, completion: completion)
            if wasEmpty { expireWatches() }
        }
    }

    /// Once a second, as long as anybody waits.
    private func expireWatches() {
        watches.expire(through: now / 1000)
        guard watches.count > 0, !isExpiryDue.value else { return }
        isExpiryDue.value = true
        queue.asyncAfter(deadline: .now() + .seconds(1)) { [self] in
            isExpiryDue.value = false
            expireWatches()
        }
    }

    /// Nobody waits for it any more. Any thread.
    public func stopWatching(_ ticket: WatchTicket) {
        queue.async { [self] in
            ticket.isCancelled.value = true
            if let number = ticket.number.value { watches.finish(number, nil) }
        }
    }

    /// Requests that wait. Waits for the queue; not on a loop.
    public var watchCount: Int { queue.sync { watches.count } }

    /// Ends all waiting, and what begins to wait after. Any thread.
    public func endWatches() {
        queue.async { [self] in watches.end() }
    }
}

/// Names one wait.
public final class WatchTicket: Sendable {
    let number = QueueConfined<Int?>(nil)
    let isCancelled = QueueConfined(false)

    public init() {}
}
