import Chat
import Synchronization
import Testing

@testable import ChatStreams

@Suite struct WatchTests {
    /// What became of one wait.
    private final class Outcomes: Sendable {
        private let told = Mutex<[String]>([])
        var all: [String] { told.withLock { $0 } }

        func add(_ outcome: String) {
            told.withLock { $0.append(outcome) }
        }
    }

    private let hub = Hub(epoch: Stage.epoch, head: 4)
    private let outcomes = Outcomes()

    private func watch(for awaited: Awaited, ticket: WatchTicket = WatchTicket()) {
        hub.watch(
            RoomName(stored: "a"), for: awaited, seconds: 30, ticket: ticket,
            began: { [outcomes] head in outcomes.add("began at \(head)") },
            completion: { [outcomes] outcome in outcomes.add("\(outcome)") })
    }

    /// - Returns: what has been told when the Hub's queue has done all that was asked of it.
    private func told() -> [String] {
        _ = hub.watchCount
        return outcomes.all
    }

    private func publish(_ id: EntryID, in room: String) {
        hub.committed(CommittedBatch(events: [.of(id, in: room)], head: id, answers: []), isFollowed: true)
        _ = hub.watchCount
        // `committed` encodes first, and only then takes its turn on the queue.
        #expect(hub.head == id)
    }

    @Test func watch_IsMetByWhatComesAfter_InItsRoom() {
        watch(for: .message(after: 5))
        publish(5, in: "a")
        publish(6, in: "b")
        #expect(told() == ["began at 4"])
        publish(7, in: "a")
        #expect(told() == ["began at 4", "seen"])
        publish(8, in: "a")
        #expect(told() == ["began at 4", "seen"])
        #expect(hub.watchCount == 0)
    }

    @Test func watchThatWasCancelledFirst_NeverBegins() {
        let ticket = WatchTicket()
        hub.stopWatching(ticket)
        watch(for: .message(after: 4), ticket: ticket)
        publish(5, in: "a")
        #expect(told() == [])
        #expect(hub.watchCount == 0)
    }

    @Test func watchThatIsCancelled_IsToldNothing() {
        let ticket = WatchTicket()
        watch(for: .message(after: 4), ticket: ticket)
        hub.stopWatching(ticket)
        publish(5, in: "a")
        #expect(told() == ["began at 4"])
        #expect(hub.watchCount == 0)
    }

    @Test func end_EndsThoseThatWait_AndThoseThatComeAfter() {
        watch(for: .reply(to: 2))
        hub.endWatches()
        #expect(told() == ["began at 4", "ended"])
        watch(for: .message(after: 4))
        #expect(told() == ["began at 4", "ended", "began at 4", "ended"])
        #expect(hub.watchCount == 0)
    }
}
