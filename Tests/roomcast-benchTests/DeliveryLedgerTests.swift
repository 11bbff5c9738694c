import Testing

@testable import roomcast_bench

@Suite struct DeliveryLedgerTests {
    private func ledger(_ records: [(stream: Int, poster: Int, sequence: Int)]) -> DeliveryLedger {
        var ledger = DeliveryLedger(streams: 2, posters: 2)
        for record in records {
            _ = ledger.record(stream: record.stream, poster: record.poster, sequence: record.sequence)
        }
        return ledger
    }

    @Test func postsInOrder_AreDeliveries() {
        let ledger = ledger([(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0), (0, 1, 1), (1, 1, 1)])
        #expect(ledger.delivered == 6)
        #expect(ledger.duplicated == 0)
        #expect(ledger.late == 0)
        #expect(ledger.distinctOrders == 1)
    }

    @Test func repeatedPost_IsADuplicate_NotADelivery() {
        let ledger = ledger([(0, 0, 0), (0, 0, 0), (0, 0, 1), (0, 0, 0)])
        #expect(ledger.delivered == 2)
        #expect(ledger.duplicated == 2)
    }

    @Test func skippedPost_IsNotDelivered() {
        let ledger = ledger([(0, 0, 0), (0, 0, 3), (0, 0, 4)])
        #expect(ledger.delivered == 3)
        #expect(ledger.late == 0)
    }

    @Test func skippedPostThatComesLater_IsLateOnce() {
        let ledger = ledger([(0, 0, 2), (0, 0, 1), (0, 0, 1), (0, 0, 0)])
        #expect(ledger.delivered == 3)
        #expect(ledger.late == 2)
        #expect(ledger.duplicated == 1)
    }

    @Test func postersInAnotherOrder_AreNoticed() {
        #expect(ledger([(0, 0, 0), (0, 1, 0), (1, 1, 0), (1, 0, 0)]).distinctOrders == 2)
    }
}
