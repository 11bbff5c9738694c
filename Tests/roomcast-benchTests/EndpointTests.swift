import Testing

@testable import roomcast_bench

@Suite struct EndpointTests {
    @Test func serverThatAnswers_Answers() throws {
        #expect(try endpoint(StallingServer(stall: 0).port).answers(within: 10_000))
    }

    /// One that listens may still be far from serving.
    @Test func serverThatOnlyListens_DoesNotAnswerYet() throws {
        #expect(try !endpoint(StallingServer(stall: 500_000).port).answers(within: 20))
    }

    @Test func portWithoutAServer_DoesNotAnswer() throws {
        #expect(try !endpoint(FreePort.pick()).answers(within: 20))
    }

    private func endpoint(_ port: UInt16) throws -> Endpoint {
        try Endpoint(url: "http://127.0.0.1:\(port)")
    }
}
