import Testing

@testable import MicroHTTPD

@Suite struct ArrivalsTests {
    private func arrival(_ number: Int32) -> Arrivals.Arrival {
        Arrivals.Arrival(client: Client(descriptor: number, peer: .unknown), affinity: nil, isTLS: false)
    }

    private func arrivals(_ count: Int) -> Arrivals {
        var arrivals = Arrivals()
        for number in 0..<count {
            arrivals.add(arrival(Int32(number)))
        }
        return arrivals
    }

    @Test func fewAreTakenAtATime_InTheirOrder() {
        var arrivals = arrivals(20)
        var taken: [[Int32]] = []
        while !arrivals.isEmpty { taken.append(arrivals.takeSome().map(\.client.descriptor)) }
        #expect(taken == [Array(0..<8), Array(8..<16), Array(16..<20)])
        #expect(arrivals.takeSome().isEmpty)
    }

    @Test func allThatAreLeft_AreTakenAtOnce_AndOthersCanCome() {
        var arrivals = arrivals(20)
        _ = arrivals.takeSome()
        #expect(arrivals.takeAll().map(\.client.descriptor) == Array(8..<20))
        #expect(arrivals.isEmpty)
        arrivals.add(arrival(7))
        #expect(arrivals.takeSome().map(\.client.descriptor) == [7])
    }
}
