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
}
