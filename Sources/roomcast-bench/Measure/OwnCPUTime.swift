import Glibc

/// What the generator itself has used, which tells whether it, and not the server, was the limit.
enum OwnCPUTime {
    /// User and system time of this process, in seconds.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
