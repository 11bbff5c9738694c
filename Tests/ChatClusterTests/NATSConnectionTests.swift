import Dispatch
import Testing

@testable import ChatCluster

@Suite struct NATSConnectionTests {
    /// As a node does that says goodbye, and so has its own word on its way to it. It is a matter of chance that the library's thread
    /// has a message in hand just then, and it may end the process.
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
