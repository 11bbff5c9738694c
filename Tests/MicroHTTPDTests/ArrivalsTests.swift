import Testing

@testable import MicroHTTPD

@Suite struct ArrivalsTests {
    private func arrivals(_ count: Int) -> Arrivals {
        var arrivals = Arrivals()
        for number in 0..<count {
            arrivals.add(Arrivals.Arrival(descriptor: Int32(number), affinity: nil, isTLS: false))
        }
        return arrivals
    }

    @Test func fewAreTakenAtATime_InTheirOrder() {
        var arrivals = arrivals(20)
        var taken: [[Int32]] = []
        while !arrivals.isEmpty { taken.append(arrivals.takeSome().map(\.descriptor)) }
        #expect(taken == [Array(0..<8), Array(8..<16), Array(16..<20)])
        #expect(arrivals.takeSome().isEmpty)
    }

    @Test func allThatAreLeft_AreTakenAtOnce_AndOthersCanCome() {
        var arrivals = arrivals(20)
        _ = arrivals.takeSome()
        #expect(arrivals.takeAll().map(\.descriptor) == Array(8..<20))
        #expect(arrivals.isEmpty)
        arrivals.add(Arrivals.Arrival(descriptor: 7, affinity: nil, isTLS: false))
        #expect(arrivals.takeSome().map(\.descriptor) == [7])
    }
}
