import Glibc
import Testing

@testable import MicroHTTPD

@Suite struct StallDetectorTests {
    @Test func peerThatTakesNothing_HasStalledAfterFourLooksWithoutProgress() {
        let pair = ConnectedPair()
        pair.fill()
        var stall = StallDetector()
        let looks = (0..<5).map { _ in stall.hasStalled(pair.near) }
        #expect(looks == [false, false, false, false, true])
    }

    /// Also when as much waits for it at each look: what it takes is filled up again.
    @Test func peerThatTakesSomething_BeginsAnew() {
        let pair = ConnectedPair()
        pair.fill()
        var stall = StallDetector()
        for round in 0..<16 {
            if round.isMultiple(of: 3) {
                pair.drain()
                pair.fill()
            }
            let hasStalled = stall.hasStalled(pair.near)
            #expect(!hasStalled)
        }
    }

    @Test func looks_AreSpreadOverTheDeadline_AtLeastASecondApart() {
        var deadlines = Deadlines()
        deadlines.stalledWriter = 60
        #expect(StallDetector().interval(of: deadlines) == 15)
        deadlines.stalledWriter = 1
        #expect(StallDetector().interval(of: deadlines) == 1)
    }
}

/// Two sockets, connected by TCP.
private final class ConnectedPair {
    let near: Int32
    private let far: Int32

    init() {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        // To whatever address and port: an unbound listener gets one.
        listen(listener, 1)
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                getsockname(listener, address, &length)
                _ = connect(client, address, length)
            }
        }
        far = client
        near = accept(listener, nil, nil)
    }

    deinit {
        close(near)
        close(far)
    }

    /// Sends until nothing more is taken, here and there.
    func fill() {
        let bytes = [UInt8](repeating: 0, count: 1 << 16)
        var tries = 0
        while tries < 5 {
            if send(near, bytes, bytes.count, Int32(MSG_DONTWAIT)) > 0 {
                tries = 0
            } else {
                tries += 1
                usleep(10_000)
            }
        }
    }

    /// Takes all that has come.
    func drain() {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        while recv(far, &bytes, bytes.count, Int32(MSG_DONTWAIT)) > 0 {}
    }
}
