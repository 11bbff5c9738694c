import Glibc

/// How many descriptors this process may open.
enum DescriptorLimit {
    /// For the terminal, epoll sets, posters and `/proc`.
    private static let reserve = 64

    /// Raises the soft limit to the hard one.
    static func require(_ count: Int) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard count + reserve <= Int(clamping: limit.rlim_cur) else {
            throw BenchError(
                "\(count) connections are too many: a process may open \(limit.rlim_cur) descriptors here; "
                    + "run several at once, each with its share")
        }
    }
}
