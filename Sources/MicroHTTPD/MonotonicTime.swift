internal import Glibc

/// Time that no clock setting moves: what deadlines, timers and pauses are measured by.
func monotonicMicroseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
}

func monotonicMilliseconds() -> Int64 {
    monotonicMicroseconds() / 1000
}
