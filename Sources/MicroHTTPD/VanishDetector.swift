internal import CLinux

/// Tells a peer that has vanished (its machine lost power, its network is gone) by what it does not acknowledge. Nobody
/// else does: what was written to it is in the kernel, which goes on sending for a quarter of an hour.
///
/// Under a closed window nothing is sent, so a reader that is only slow is not mistaken for one (measured on Linux 6.1:
/// `tcpi_unacked` is 0 then).
struct VanishDetector {
    /// Looks without any acknowledgement after which the peer has gone: two to three intervals after the last write.
    private static let looks: UInt8 = 3
    /// On the loop's clock; 0 when none is due.
    private var nextLook: UInt32 = 0
    private var looksWithoutAnswer: UInt8 = 0

    /// Something was sent, and the connection goes to sleep. Looks that are due already are not put off, however often
    /// something is sent.
    ///
    /// - Returns: seconds until the next look; 0 when it is overdue.
    mutating func sleeps(at second: UInt32, interval: UInt32) -> UInt32 {
        if nextLook == 0 { nextLook = second + interval }
        return max(nextLook, second) - second
    }

    enum Verdict {
        /// All that was sent has arrived.
        case present
        /// Look again after the interval.
        case unsure
        case vanished
    }

    mutating func look(at descriptor: Int32, interval: UInt32) -> Verdict {
        nextLook = 0
        var silence: UInt32 = 0
        guard clinux_unacknowledged(descriptor, &silence) > 0 else {
            looksWithoutAnswer = 0
            return .present
        }
        looksWithoutAnswer = silence >= interval * 1000 ? looksWithoutAnswer + 1 : 0
        return looksWithoutAnswer >= Self.looks ? .vanished : .unsure
    }
}
