import Dispatch
import Synchronization
import Testing

@testable import ChatCluster

@Suite struct NATSConnectionTests {
    @Test func whatIsDestroyedAtTheEnd_IsThereForAsLongAsTheConnection() throws {
        let server = try NATSServer()
        let destroyed = Atomic(0)
        var connection: NATSConnection? = try NATSConnection(to: .init(servers: [server.url]))
        // No object of the library's: nothing looks into it.
        connection?.destroyAtEnd(OpaquePointer(bitPattern: 8)!) { _ in
            destroyed.add(1, ordering: .sequentiallyConsistent)
        }
        connection?.close()
        #expect(destroyed.load(ordering: .sequentiallyConsistent) == 0)

        connection = nil

        #expect(destroyed.load(ordering: .sequentiallyConsistent) == 1)
    }

    @Test func subscriptionThatEnds_LeavesItsObjectToTheConnection() throws {
        let server = try NATSServer()
        let connection = try NATSConnection(to: .init(servers: [server.url]))
        let before = connection.leftovers.withLock { $0.count }

        _ = try connection.subscribe(to: "nodes") { _ in }

        #expect(connection.leftovers.withLock { $0.count } == before + 1)
        withExtendedLifetime(server) {}
    }

    /// As a node does that says goodbye, and so has its own word on its way to it. Whether the library's thread has a message in hand just
    /// then is a matter of chance: this one tells on a busy machine, if at all. The two above hold what prevents it.
    @Test func subscriptionThatEnds_WhileAMessageIsOnItsWayToIt_HarmsNothing() async {
        await #expect(processExitsWith: .success) {
            let server = try NATSServer()
            let url = server.url
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                guard let connection = try? NATSConnection(to: .init(servers: [url])) else { return }
                for _ in 0..<4_000 {
                    let subscription = try? connection.subscribe(to: "nodes") { _ in }
                    for _ in 0..<4 { try? connection.publish(Array(repeating: 0, count: 400), to: "nodes") }
                    withExtendedLifetime(subscription) {}
                }
            }
            withExtendedLifetime(server) {}
        }
    }
}
