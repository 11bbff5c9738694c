import Glibc

/// Nanoseconds of CLOCK_MONOTONIC: read once per `recv`, so it must cost no system call.
struct MonotonicTime: Comparable {
    let nanoseconds: UInt64

    static func now() -> MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.nanoseconds < right.nanoseconds }

    static func + (time: MonotonicTime, seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: time.nanoseconds + UInt64(seconds * 1e9))
    }

    /// In seconds; 0 if `earlier` is later.
    func seconds(since earlier: MonotonicTime) -> Double { Double(self - earlier) / 1e9 }

    /// In nanoseconds; 0 if `earlier` is later.
    static func - (later: MonotonicTime, earlier: MonotonicTime) -> UInt64 {
        later < earlier ? 0 : later.nanoseconds - earlier.nanoseconds
    }
}
