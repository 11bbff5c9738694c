internal import Glibc

/// Tells a peer that takes nothing from one that is only slow, by the bytes that the kernel still holds for it.
struct StallDetector {
    /// Looks without progress after which a peer has stalled, spread over the deadline.
    private static let looks: UInt32 = 4
    private var queued: Int32 = -1
    private var looksWithoutProgress: UInt32 = 0
    /// On the loop's clock; 0 when none is due.
    private var nextLook: UInt32 = 0

    /// Seconds until the next look, of which others may come in between for another reason; 0 when it is overdue.
    mutating func wait(from second: UInt32, deadlines: Deadlines) -> UInt32 {
        if nextLook == 0 { nextLook = second + interval(of: deadlines) }
        return max(nextLook, second) - second
    }

    func isDue(at second: UInt32) -> Bool { nextLook <= second }

    /// Seconds between looks.
    func interval(of deadlines: Deadlines) -> UInt32 {
        max(1, deadlines.stalledWriter / Self.looks)
    }

    mutating func hasStalled(_ descriptor: Int32) -> Bool {
        nextLook = 0
        var now: Int32 = 0
        // SIOCOUTQ (tcp(7)): bytes not yet acknowledged. libmicrohttpd writes more as soon as there is room, so a peer that
        // takes bytes changes it sooner or later.
        guard ioctl(descriptor, UInt(TIOCOUTQ), &now) == 0 else { return true }
        looksWithoutProgress = now == queued ? looksWithoutProgress + 1 : 0
        queued = now
        return looksWithoutProgress >= Self.looks
    }
}
