import Testing

@testable import ChatStreams

/// Who is here, by a clock that the test moves.
@Suite final class PresenceTests {
    private static let limits = Presence.Limits(linger: 5000, spacing: 1000)
    private var presence = Presence(limits: limits)

    private func person(_ name: String) -> Person { Person(name: name, isGuest: true) }

    private func arrive(_ names: String..., at now: Int64) -> Presence.Change? {
        for name in names { presence.arrive(person(name)) }
        return announce(at: now)
    }

    private func announce(at now: Int64) -> Presence.Change? {
        presence.announce(at: now)
    }

    @Test func arrival_IsTold_WithAllWhoAreHere() {
        #expect(arrive("bob", at: 0) == .init(joined: ["bob"], present: ["bob"], count: 1))
        #expect(arrive("ann", at: 1000) == .init(joined: ["ann"], present: ["ann", "bob"], count: 2))
    }

    @Test func changes_AreToldOnceASecond_Together() {
        _ = arrive("ann", at: 0)
        #expect(arrive("cid", "bob", at: 999) == nil)
        #expect(presence.due == 1000)
        #expect(
            announce(at: 1000)
                == .init(joined: ["bob", "cid"], present: ["ann", "bob", "cid"], count: 3))
        #expect(presence.due == nil)
    }

    @Test func departure_IsToldFiveSecondsAfterTheLastStream() {
        _ = arrive("ann", "ann", at: 0)
        presence.leave(person("ann"), at: 2000)
        #expect(presence.due == nil)
        presence.leave(person("ann"), at: 3000)
        #expect(presence.due == 8000)
        #expect(announce(at: 7999) == nil)
        #expect(announce(at: 8000) == .init(left: ["ann"], present: [], count: 0))
        #expect(presence.isEmpty)
    }

    /// They have been away for as long as others are waited for.
    @Test func whoVanished_IsNotWaitedFor_AndKeepsNobodyElse() {
        _ = arrive("ann", "bob", "cid", at: 0)
        presence.leave(person("ann"), at: 1000)
        presence.leave(person("bob"), at: 2000, lingers: false)
        #expect(presence.due == 2000)
        #expect(announce(at: 2000) == .init(left: ["bob"], present: ["ann", "cid"], count: 2))
        #expect(presence.due == 6000)
        presence.leave(person("cid"), at: 2500, lingers: false)
        #expect(presence.due == 3000)
        #expect(announce(at: 3000)?.left == ["cid"])
        #expect(announce(at: 6000)?.left == ["ann"])
        #expect(presence.isEmpty)
    }

    @Test func whoVanishedAndIsBack_StaysHere() {
        _ = arrive("ann", at: 0)
        presence.leave(person("ann"), at: 1000, lingers: false)
        #expect(arrive("ann", at: 1000) == nil)
        #expect(announce(at: 100_000) == nil)
        #expect(presence.count == 1)
    }

    @Test func pageLoadedAnew_IsNoDeparture() {
        _ = arrive("ann", at: 0)
        presence.leave(person("ann"), at: 2000)
        #expect(arrive("ann", at: 6999) == nil)
        #expect(announce(at: 100_000) == nil)
        #expect(presence.count == 1)
        #expect(presence.due == nil)
    }

    @Test func whoComesAndGoesUnseen_IsNotTold() {
        _ = arrive("ann", at: 0)
        presence.arrive(person("bob"))
        presence.leave(person("bob"), at: 100)
        #expect(announce(at: 1000) == nil)
        #expect(announce(at: 5100) == nil)
        #expect(presence.due == nil)
        #expect(presence.people == [person("ann")])
    }

    @Test func leavingTwice_CountsOnce() {
        _ = arrive("ann", at: 0)
        presence.leave(person("ann"), at: 1)
        presence.leave(person("ann"), at: 2)
        presence.leave(person("bob"), at: 2)
        #expect(announce(at: 5001)?.left == ["ann"])
        #expect(presence.count == 0)
    }

    @Test func moreThanAHundred_AreOnlyCounted_AndNamedAgainBelow() {
        for number in 1...100 { presence.arrive(person("\(number + 100)")) }
        #expect(announce(at: 0)?.isOnlyCounted == false)
        let full = arrive("zoe", at: 1000)
        #expect(full?.isOnlyCounted == true)
        #expect(full?.present == nil)
        #expect(full?.count == 101)
        presence.leave(person("zoe"), at: 1000)
        let back = announce(at: 6000)
        #expect(back?.isOnlyCounted == true, "names that left are not known to whoever saw only a number")
        #expect(back?.present?.count == 100)
    }

    @Test func crowdThatComesAndGoes_CostsNoMoreForEach() {
        let clock = ContinuousClock()
        func seconds(_ count: Int) -> Double {
            var presence = Presence(limits: Self.limits)
            let took = clock.measure {
                for number in 0..<count {
                    presence.arrive(person("\(number)"))
                    _ = presence.due
                }
                _ = presence.announce(at: 0)
                for number in 0..<count {
                    presence.leave(person("\(number)"), at: 1)
                    _ = presence.due
                }
                _ = presence.announce(at: 10_000)
            }
            #expect(presence.isEmpty)
            return Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
        }
        _ = seconds(1000)
        // Ten times as many would take a hundred times as long if each looked at all. The least of some, since others work beside this.
        let least = { (count: Int) in (0..<3).map { _ in seconds(count) }.min()! }
        #expect(least(10_000) < 40 * least(1000))
    }
}
