import Testing

@testable import MicroHTTPD

extension LiveTests {
    @Suite struct ConnectionTableTests {
        private let parts: Parts

        init() throws {
            parts = try Parts()
        }

        @Test func connection_IsFoundByItsToken_UntilItIsRemoved() {
            var table = ConnectionTable()
            let connection = table.insert(parts.connection)
            #expect(table[bits: connection.token.bits] === connection)
            #expect(table.count == 1)
            table.remove(connection.token)
            #expect(table[bits: connection.token.bits] == nil)
            #expect(table.count == 0)
        }

        @Test func slotsNextOwner_IsNotTakenForTheLast() {
            var table = ConnectionTable()
            let first = table.insert(parts.connection)
            table.remove(first.token)
            let second = table.insert(parts.connection)
            #expect(first.token.slot == second.token.slot)
            #expect(table[bits: first.token.bits] == nil)
            #expect(table[bits: second.token.bits] === second)
        }

        @Test func token_LeavesTheTopByteFree() {
            let token = ConnectionTable.Token(slot: .init(UInt32.max), generation: .max)
            #expect(token.bits >> 56 == 0)
        }

        @Test func unknownToken_FindsNothing() {
            let table = ConnectionTable()
            #expect(table[bits: ConnectionTable.Token(slot: 7, generation: 0).bits] == nil)
        }

        @Test func deadlines_AreTakenOnce_WhenTheyAreDue() {
            var table = ConnectionTable()
            let connections = (0..<3).map { _ in table.insert(parts.connection) }
            table.setDeadline(5, for: connections[0].token)
            table.setDeadline(6, for: connections[1].token)
            let due = [4, 5, 5].map { table.takeDue(at: $0).map(\.token.slot) }
            #expect(due == [[], [connections[0].token.slot], []])
            table.remove(connections[1].token)
            let later = table.takeDue(at: 100)
            #expect(later.isEmpty)
            #expect(table.all.count == 2)
        }
    }
}
