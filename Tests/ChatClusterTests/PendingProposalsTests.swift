import Chat
import ChatStorage
import Synchronization
import Testing

@testable import ChatCluster

/// What a proposer is told, and when.
@Suite struct PendingProposalsTests {
    private final class Told: Sendable {
        let outcomes = Mutex<[String]>([])

        var all: [String] { outcomes.withLock { $0 } }
    }

    private let start = ContinuousClock.now
    private let told = Told()

    private func post(_ text: String) throws -> Entry {
        Entry(
            try Post(
                room: .lobby, sender: .guest(named: "ann"), text: text, sentAt: Timestamp(millisecondsSince1970: 0)))
    }

    private func completion(_ name: String) -> PendingProposals.Completion {
        .post { [told] result in
            let outcome: String
            switch result {
            case .success: outcome = "stored"
            case .failure(.failed(.unavailable)): outcome = "unavailable"
            case .failure(.failed(.outcomeUnknown)): outcome = "unknown"
            case .failure(.rejected): outcome = "rejected"
            }
            told.outcomes.withLock { $0.append("\(name) \(outcome)") }
        }
    }

    @Test func whatWasNeverSent_IsCertainlyNotStored() throws {
        let pending = PendingProposals(patience: .seconds(5))
        #expect(pending.put(try post("a"), at: start, completion: completion("a")) == nil)
        pending.expire(at: start + .seconds(4.9), reason: "")
        #expect(told.all == [])
        pending.expire(at: start + .seconds(5), reason: "")
        #expect(told.all == ["a unavailable"])
        #expect(pending.isEmpty)
    }

    @Test func whatIsUnderWay_MayHaveBeenStored() throws {
        let pending = PendingProposals(patience: .seconds(5))
        _ = pending.put(try post("a"), at: start, completion: completion("a"))
        #expect(pending.takeToSend(at: start) != nil)
        pending.expire(at: start + .seconds(5), reason: "")
        #expect(told.all == ["a unknown"])
    }

    @Test func whatNobodyTook_IsSentAgain_AndIsNotStored() throws {
        let pending = PendingProposals(patience: .seconds(5))
        _ = pending.put(try post("a"), at: start, completion: completion("a"))
        let first = try #require(pending.takeToSend(at: start))
        pending.answered(first.proposal, .notTaken, at: start)
        #expect(pending.takeToSend(at: start) == nil, "not at once")
        let again = try #require(pending.takeToSend(at: start + .seconds(1)))
        #expect(again.proposal == first.proposal, "a retry is the same proposal")
        pending.answered(again.proposal, .notTaken, at: start + .seconds(1))
        pending.expire(at: start + .seconds(5), reason: "")
        #expect(told.all == ["a unavailable"])
    }

    @Test func whatCanNeverBeSent_EndsAlone_UnlessATryBeforeMayHaveStoredIt() throws {
        let pending = PendingProposals(patience: .seconds(5))
        for text in ["a", "b", "c"] { _ = pending.put(try post(text), at: start, completion: completion(text)) }
        let first = try #require(pending.takeToSend(at: start))
        pending.refused(first.proposal, .rejected(.tooLargeForCluster(bytes: 9, limit: 8)))
        let second = try #require(pending.takeToSend(at: start))
        pending.answered(second.proposal, .unknown(reason: ""), at: start)
        pending.refused(second.proposal, .rejected(.tooLargeForCluster(bytes: 9, limit: 8)))
        #expect(told.all == ["a rejected", "b unknown"])
        #expect(pending.takeToSend(at: start) != nil && pending.takeToSend(at: start + .seconds(1)) == nil)
    }

    /// Its answers will not come: the library has given the connection up.
    @Test func whatWasUnderWay_WhenItsConnectionEnded_IsSentAgain() throws {
        let pending = PendingProposals(patience: .seconds(5))
        for text in ["a", "b", "c", "d"] {
            _ = pending.put(try post(text), at: start, completion: completion(text))
        }
        let sent = try (0..<3).map { _ in try #require(pending.takeToSend(at: start)).proposal }
        pending.answered(sent[1], .stored(at: 7), at: start)
        pending.sendAgain(at: start)
        var again: [String] = []
        while let next = pending.takeToSend(at: start) { again.append(next.proposal) }
        #expect(again.count == 3 && Array(again[1...]) == [sent[0], sent[2]], "the fourth, then those without a word")
        pending.answered(sent[0], .notTaken, at: start)
        pending.expire(at: start + .seconds(5), reason: "")
        #expect(told.all == ["a unknown", "b unknown", "c unknown", "d unknown"])
    }

    @Test func onceUncertain_StaysUncertain() throws {
        let pending = PendingProposals(patience: .seconds(5))
        _ = pending.put(try post("a"), at: start, completion: completion("a"))
        let sent = try #require(pending.takeToSend(at: start))
        pending.answered(sent.proposal, .unknown(reason: ""), at: start)
        _ = pending.takeToSend(at: start + .seconds(1))
        pending.answered(sent.proposal, .notTaken, at: start + .seconds(1))
        pending.expire(at: start + .seconds(5), reason: "")
        #expect(told.all == ["a unknown"])
    }

    /// It is acknowledged, and applied here at 7, the one or the other first; each returns where the two differ.
    private func steps(
        of proposal: String, in pending: PendingProposals, _ acknowledgement: JetStream.Acknowledgement,
        appliedFirst: Bool
    ) -> [() -> EntryID?] {
        let steps: [() -> EntryID?] = [
            { [start] in pending.answered(proposal, acknowledgement, at: start) },
            { [told] in pending.applied(proposal, at: 7) { told.outcomes.withLock { $0.append("a told") } } },
        ]
        return appliedFirst ? steps.reversed() : steps
    }

    @Test func proposerIsTold_OnceItIsAcknowledged_AndApplied() throws {
        for appliedFirst in [false, true] {
            let pending = PendingProposals(patience: .seconds(5))
            _ = pending.put(try post("a"), at: start, completion: completion("a"))
            let sent = try #require(pending.takeToSend(at: start))
            let before = told.all.count
            let steps = steps(of: sent.proposal, in: pending, .stored(at: 7), appliedFirst: appliedFirst)
            #expect(steps[0]() == nil)
            #expect(told.all.count == before && !pending.isEmpty)
            #expect(steps[1]() == nil)
            #expect(told.all.last == "a told" && told.all.count == before + 1)
            #expect(pending.isEmpty)
        }
    }

    /// A server that was killed gave out what only it had.
    @Test func whatWasAppliedAndNeverAcknowledged_HasAnUnknownOutcome() throws {
        let pending = PendingProposals(patience: .seconds(5))
        _ = pending.put(try post("a"), at: start, completion: completion("a"))
        let sent = try #require(pending.takeToSend(at: start))
        pending.applied(sent.proposal, at: 7) { Issue.record("told") }
        pending.answered(sent.proposal, .notTaken, at: start)
        pending.expire(at: start + .seconds(5), reason: "")
        #expect(told.all == ["a unknown"])
    }

    @Test func whatIsAppliedElsewhereThanTheQuorumHasIt_IsToldAsADivergence() throws {
        let pending = PendingProposals(patience: .seconds(5))
        _ = pending.put(try post("a"), at: start, completion: completion("a"))
        let sent = try #require(pending.takeToSend(at: start))
        pending.answered(sent.proposal, .stored(at: 8))
        #expect(pending.applied(sent.proposal, at: 7) { Issue.record("told") } == 7)
        #expect(told.all == ["a unknown"])
    }

    /// As of a repeat whose first try is still on its way into the log.
    @Test func acknowledgementWithoutAPlace_IsNone_AndALaterOneCounts() throws {
        for appliedFirst in [false, true] {
            let pending = PendingProposals(patience: .seconds(5))
            _ = pending.put(try post("a"), at: start, completion: completion("a"))
            let sent = try #require(pending.takeToSend(at: start))
            let before = told.all.count
            let steps = steps(of: sent.proposal, in: pending, .init(sequence: 0), appliedFirst: appliedFirst)
            for step in steps { #expect(step() == nil, "no divergence") }
            #expect(told.all.count == before, "nobody has said that the quorum has it")
            let again = try #require(pending.takeToSend(at: start + .seconds(1)))
            #expect(again.proposal == sent.proposal)
            #expect(pending.answered(again.proposal, .init(sequence: 7)) == nil)
            #expect(told.all.last == "a told" && told.all.count == before + 1)
        }
    }

    @Test func acknowledgementWithoutAPlace_AloneIsAnUnknownOutcome() throws {
        let pending = PendingProposals(patience: .seconds(5))
        _ = pending.put(try post("a"), at: start, completion: completion("a"))
        let sent = try #require(pending.takeToSend(at: start))
        pending.answered(sent.proposal, .init(sequence: 0), at: start)
        pending.expire(at: start + .seconds(5), reason: "")
        #expect(told.all == ["a unknown"])
    }

    @Test func overABound_ItIsRefused() throws {
        let pending = PendingProposals(bounds: .init(entries: 2, bytes: 10_000), patience: .seconds(5))
        _ = pending.put(try post("a"), completion: completion("a"))
        _ = pending.put(try post("b"), completion: completion("b"))
        #expect(pending.put(try post("c"), completion: completion("c")) == .full)
        #expect(pending.census.refused == 1)
        pending.abandon(reason: "")
        #expect(told.all.sorted() == ["a unavailable", "b unavailable"])
        #expect(pending.put(try post("d"), completion: completion("d")) == .closed)
    }

    @Test func order_IsThatOfProposing() throws {
        let pending = PendingProposals(patience: .seconds(5))
        for text in ["a", "b", "c"] { _ = pending.put(try post(text), completion: completion(text)) }
        let first = try #require(pending.takeToSend())
        pending.notSent(first.proposal)
        var order: [[UInt8]] = []
        while let next = pending.takeToSend() { order.append(next.json) }
        #expect(order == [try post("a").json, try post("b").json, try post("c").json])
    }
}
