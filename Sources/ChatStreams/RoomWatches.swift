public import Chat

/// Requests that wait for something to be said in a room. Confined to the Hub's queue.
final class RoomWatches: @unchecked Sendable {
    // Unchecked: confined to the Hub's queue.

    private struct Watch {
        let room: RoomName
        let awaited: Awaited
        let second: Int64
        let completion: @Sendable (WatchOutcome) -> Void
    }

    private var watches: [Int: Watch] = [:]
    private var byRoom: [RoomName: Set<Int>] = [:]
    /// By the second in which they time out, so that one that ends before leaves nothing behind.
    private var bySecond: [Int64: Set<Int>] = [:]
    private var lastTicket = 0
    private var isEnded = false

    var count: Int { watches.count }

    /// - Parameter second: of any one clock, on which `expire` is called.
    func add(
        _ room: RoomName, _ awaited: Awaited, until second: Int64,
        completion: @escaping @Sendable (WatchOutcome) -> Void
    ) -> Int? {
        if isEnded {
            completion(.ended)
            return nil
        }
        lastTicket += 1
        watches[lastTicket] = Watch(room: room, awaited: awaited, second: second, completion: completion)
        byRoom[room, default: []].insert(lastTicket)
        bySecond[second, default: []].insert(lastTicket)
        return lastTicket
    }

    func happened(_ frame: Frame, in room: RoomName) {
        guard let tickets = byRoom[room] else { return }
        if frame.kind == .deletion {
            for ticket in tickets { finish(ticket, .gone) }
            return
        }
        for ticket in tickets where watches[ticket]?.awaited.isMet(by: frame) == true { finish(ticket, .seen) }
    }

    /// Nothing for one that has been told already.
    func finish(_ ticket: Int, _ outcome: WatchOutcome?) {
        guard let watch = watches.removeValue(forKey: ticket) else { return }
        byRoom[watch.room]?.remove(ticket)
        if byRoom[watch.room]?.isEmpty == true { byRoom[watch.room] = nil }
        bySecond[watch.second]?.remove(ticket)
        if bySecond[watch.second]?.isEmpty == true { bySecond[watch.second] = nil }
        if let outcome { watch.completion(outcome) }
    }

    /// Ends those whose time is over.
    func expire(through second: Int64) {
        for over in bySecond.keys where over <= second {
            for ticket in bySecond[over] ?? [] { finish(ticket, .timedOut) }
        }
    }

    /// Ends all, and those that come after.
    func end() {
        isEnded = true
        for ticket in Array(watches.keys) { finish(ticket, .ended) }
    }
}

/// What a request waits for.
public enum Awaited: Hashable, Sendable {
    case message(after: EntryID)
    case reply(to: EntryID)

    func isMet(by frame: Frame) -> Bool {
        switch self {
        case .message(let id): frame.kind == .message && frame.id > id
        case .reply(let id): frame.kind == .message && frame.replyTo == id
        }
    }
}

/// How a wait ended.
public enum WatchOutcome: Sendable {
    /// It has been said, and can be read.
    case seen
    case timedOut
    /// The room is no more.
    case gone
    /// The server stops.
    case ended
}
