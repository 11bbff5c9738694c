import Testing

@testable import MicroHTTPD

extension LiveTests {
    @Suite struct DeliveryPassTests {
        private let parts: Parts
        private let connection: Connection

        init() throws {
            parts = try Parts()
            connection = parts.connection(ConnectionTable.Token(slot: 0, generation: 0))
        }

        @Test func nobodyWaiting_IsNoPass() {
            var pass = DeliveryPass()
            let isTime = pass.begin(at: 1_000_000)
            #expect(!isTime)
            #expect(pass.wait(from: 1_000_000) == .max)
        }

        @Test func afterAPause_ThePassIsAtOnce() {
            var pass = DeliveryPass()
            pass.add(connection)
            #expect(pass.wait(from: 1_000_000) == 0)
            let passes = [pass.begin(at: 1_000_000), pass.begin(at: 1_000_000)]
            #expect(passes == [true, false])
        }

        /// Microseconds of work, and of pause after it.
        @Test(arguments: [(0, 2_000), (1_000, 2_000), (5_000, 5_000), (50_000, 10_000)] as [(Int64, Int64)])
        func pause_IsAsLongAsTheWork_WithinBounds(work: Int64, pause: Int64) {
            var pass = DeliveryPass()
            pass.add(connection)
            _ = pass.begin(at: 1_000_000)
            let end = 1_000_000 + work
            pass.end(at: end)
            pass.add(connection)
            #expect(pass.wait(from: end) == pause / 1000)
            #expect(pass.wait(from: end + pause - 1) == 1)
            #expect(pass.wait(from: end + pause) == 0)
            let passes = [pass.begin(at: end + pause - 1), pass.begin(at: end + pause)]
            #expect(passes == [false, true])
        }
    }
}
