internal import Glibc

/// How many file descriptors this process may open.
public enum DescriptorLimit {
    /// Kept for the log, its readers, static files and event loops.
    public static let reserve = 96

    /// Raises the soft limit to the hard one, which needs no privilege, and tells it.
    public static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(min(limit.rlim_cur, 1_048_576))
    }

    /// Descriptors that `makeRoom` makes room for at most: half a megabyte of the kernel's memory.
    static let room = 65_536

    /// Has the kernel's table of this process's descriptors grow now.
    ///
    /// Whenever it is full the kernel makes it twice as large, and in a process of several threads whoever opens a descriptor
    /// then waits until every processor has let go of the old one (Linux, `expand_fdtable`): with a crowd at the door all loops
    /// stood still for 15 to 31 ms. It never gets smaller.
    static func makeRoom(for count: Int) {
        let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // The lowest that is free from there on; if there may be none as high, growing waits until it is needed.
        let highest = fcntl(descriptor, F_DUPFD_CLOEXEC, Int32(clamping: min(count, room) - 1))
        if highest >= 0 { close(highest) }
    }
}
