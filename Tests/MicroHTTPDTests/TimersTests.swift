import Testing

@testable import MicroHTTPD

@Suite struct TimersTests {
    private func run(_ timers: inout Timers, at now: Int64, _ names: Collected<String>) -> [String] {
        let before = names.count
        for work in timers.takeDue(at: now) { work() }
        return Array(names.all.dropFirst(before))
    }

    @Test func timers_AreDueByTheirOwnIntervals() {
        let names = Collected<String>()
        var timers = Timers()
        #expect(timers.nextDue == .max)
        timers.add(every: 30, from: 1000) { names.append("slow") }
        timers.add(every: 10, from: 1000) { names.append("fast") }
        #expect(timers.nextDue == 1010)
        #expect(run(&timers, at: 1009, names).isEmpty)
        #expect(run(&timers, at: 1010, names) == ["fast"])
        #expect(run(&timers, at: 1020, names) == ["fast"])
        #expect(run(&timers, at: 1030, names) == ["slow", "fast"])
        #expect(timers.nextDue == 1040)
    }

    @Test func timeThatWasMissed_IsNotMadeUpFor() {
        let names = Collected<String>()
        var timers = Timers()
        timers.add(every: 10, from: 0) { names.append("tick") }
        #expect(run(&timers, at: 95, names) == ["tick"])
        #expect(run(&timers, at: 95, names).isEmpty)
        #expect(timers.nextDue == 105)
    }
}
