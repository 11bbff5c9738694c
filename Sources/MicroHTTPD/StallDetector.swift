internal import CLinux

/// Tells a peer that takes nothing from one that is only slow, by the bytes that it has acknowledged. How much the kernel
/// holds for it tells nothing: that is the same whenever its buffer is full.
struct StallDetector {
    /// Looks without progress after which a peer has stalled, spread over the deadline.
    private static let looks: UInt8 = 4
    private var acknowledged = UInt32.max
    /// On the loop's clock; 0 when none is due.
    private var nextLook: UInt32 = 0
    private var looksWithoutProgress: UInt8 = 0

    /// Seconds until the next look, of which others may come in between for another reason; 0 when it is overdue.
    mutating func wait(from second: UInt32, deadlines: Deadlines) -> UInt32 {
        if nextLook == 0 { nextLook = second + interval(of: deadlines) }
        return max(nextLook, second) - second
    }

    func isDue(at second: UInt32) -> Bool { nextLook <= second }

    /// Seconds between looks.
    func interval(of deadlines: Deadlines) -> UInt32 {
        max(1, deadlines.stalledWriter / UInt32(Self.looks))
    }

    mutating func hasStalled(_ descriptor: Int32) -> Bool {
        nextLook = 0
        let now = clinux_acknowledged(descriptor)
        looksWithoutProgress = now == acknowledged ? looksWithoutProgress + 1 : 0
        acknowledged = now
        return looksWithoutProgress >= Self.looks
    }
}
