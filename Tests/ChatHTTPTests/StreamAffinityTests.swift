import Testing

@testable import ChatHTTP

@Suite struct StreamAffinityTests {
    private func affinity(_ head: String) -> UInt64? { StreamAffinity.of(Array(head.utf8)) }

    @Test func streamsOfOneRoom_HaveTheSame_AndOfAnotherRoomAnother() {
        let lobby = affinity("GET /rooms/lobby/events HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(lobby != nil)
        #expect(affinity("GET /rooms/lobby/events?user=ann&heartbeat=5 HTTP/1.1\r\n") == lobby)
        #expect(affinity("GET /rooms/lobby/events") == lobby)
        #expect(affinity("GET /rooms/lobbY/events") != lobby)
        #expect(affinity("GET /rooms/%E5%A4%A7%E5%8E%85/events HTTP/1.1\r\n") != nil)
    }

    @Test(arguments: [
        "", "G", "GET", "GET /", "GET /rooms/", "GET /rooms/lobby", "GET /rooms/lobby/messages?x=/events HTTP/1.1",
        "GET /rooms/lobby?/events", "POST /rooms/lobby/events", "GET /events?rooms=a,b", "\0\u{ff}",
        "get /rooms/a/events",
    ])
    func anythingElse_HasNone(head: String) {
        #expect(affinity(head) == nil)
    }
}
