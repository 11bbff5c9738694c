internal import DequeModule

/// Lets few of a loop's streams catch up at a time, in turns of a page, or of as much from the tails.
///
/// When a server is back, all its streams come back at once, each some pages behind. If each were written a piece in every
/// pass of the loop, a pass would take as long as all those pieces, and what is said meanwhile would reach those who
/// have caught up that much later. In turns all of it takes no longer, and a pass stays short. As those who are at the same place take
/// their turns one after the other, they share the page.
///
/// It belongs to its loop's thread.
final class CatchUpTurns {
    /// Turns at once.
    static let limit = 4
    /// Of frames from the tails, in one turn: as much as a page has.
    static let bytes = UInt32(PageReader.pageSize)
    /// Ticks that a turn lasts at most. A reader that takes nothing keeps its page, not its turn.
    static let ticks = 2

    private let post: @Sendable (@escaping @Sendable () -> Void) -> Void
    private var holders: [(subscriber: Subscriber, since: Int)] = []
    private var waiting: Deque<Subscriber> = []
    private var tick = 0
    private var isHandingOn = false

    init(post: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
        self.post = post
    }

    /// Whether the stream, which has no turn, may catch up now; else its `turnCame` is called.
    func take(_ subscriber: Subscriber) -> Bool {
        guard holders.count < Self.limit && waiting.isEmpty else {
            waiting.append(subscriber)
            return false
        }
        holders.append((subscriber, tick))
        return true
    }

    /// The stream has had its turn, or needs none any more. Nothing where its time was over already.
    func end(_ subscriber: Subscriber) {
        guard let place = holders.firstIndex(where: { $0.subscriber === subscriber }) else { return }
        holders.remove(at: place)
        handOn()
    }

    /// To be called some thirty times a second.
    func advance() {
        tick += 1
        guard !holders.isEmpty else { return }
        holders.removeAll { $0.since + Self.ticks <= tick }
        handOn()
    }

    /// Not at once: a turn ends within a call of libmicrohttpd, which is not to be called about another connection then.
    private func handOn() {
        guard !waiting.isEmpty && !isHandingOn else { return }
        isHandingOn = true
        let turns = LoopConfined(self)
        post { turns.value.giveTurns() }
    }

    private func giveTurns() {
        isHandingOn = false
        while holders.count < Self.limit, let next = waiting.popFirst() {
            guard next.isOpen else { continue }
            holders.append((next, tick))
            next.turnCame()
        }
    }
}
