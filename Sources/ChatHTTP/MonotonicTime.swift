internal import Dispatch

/// Time that no clock setting moves, in nanoseconds.
enum MonotonicTime {
    /// CLOCK_MONOTONIC, as libdispatch reads it.
    static func nanoseconds() -> Int64 {
        Int64(DispatchTime.now().uptimeNanoseconds)
    }
}
