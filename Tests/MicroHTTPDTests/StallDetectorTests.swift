import Glibc
import Testing

@testable import MicroHTTPD

@Suite struct StallDetectorTests {
    @Test func peerThatTakesNothing_HasStalledAfterFourLooksWithoutProgress() {
        let pair = SocketPair()
        pair.write(1000)
        var stall = StallDetector()
        let looks = (0..<5).map { _ in stall.hasStalled(pair.near) }
        #expect(looks == [false, false, false, false, true])
    }

    @Test func peerThatTakesSomething_BeginsAnew() {
        let pair = SocketPair()
        for _ in 0..<8 { pair.write(1000) }
        var stall = StallDetector()
        for round in 0..<16 {
            if round.isMultiple(of: 3) { pair.take(1000) }
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

/// Two connected sockets.
private final class SocketPair {
    let near: Int32
    private let far: Int32

    init() {
        var descriptors: [Int32] = [-1, -1]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &descriptors)
        near = descriptors[0]
        far = descriptors[1]
    }

    deinit {
        close(near)
        close(far)
    }

    func write(_ count: Int) {
        let bytes = [UInt8](repeating: 0, count: count)
        #expect(send(near, bytes, count, 0) == count)
    }

    func take(_ count: Int) {
        var bytes = [UInt8](repeating: 0, count: count)
        #expect(recv(far, &bytes, count, 0) == count)
    }
}
