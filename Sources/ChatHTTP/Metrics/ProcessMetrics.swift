internal import Foundation

/// What the process takes of the machine, under the names that all Prometheus clients use. Reads /proc (proc(5)).
public struct ProcessMetrics: MetricSource {
    public init() {}

    public func collect(_ completion: @escaping @Sendable ([MetricFamily]) -> Void) {
        var families: [MetricFamily] = []
        func add(_ kind: MetricFamily.Kind, _ name: String, _ help: String, _ value: Double?) {
            if let value { families.append(MetricFamily(kind, name, help, value)) }
        }
        add(.counter, "process_cpu_seconds_total", "CPU time of user and system, in seconds.", Self.cpuSeconds())
        let pages = Self.read("/proc/self/statm")?.split(separator: " ").prefix(2).compactMap { Double($0) } ?? []
        let pageSize = Double(sysconf(Int32(_SC_PAGESIZE)))
        add(.gauge, "process_virtual_memory_bytes", "Virtual memory, in bytes.", pages.first.map { $0 * pageSize })
        add(
            .gauge, "process_resident_memory_bytes", "Resident memory, in bytes.",
            pages.dropFirst().first.map { $0 * pageSize })
        add(.gauge, "process_open_fds", "File descriptors that are open.", Self.openDescriptors())
        add(.gauge, "process_max_fds", "File descriptors that may be open.", Self.descriptorLimit())
        add(
            .gauge, "process_start_time_seconds", "When the process started, in seconds since 1970 in UTC.",
            Self.startSeconds())
        completion(families)
    }

    private static func cpuSeconds() -> Double? {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func openDescriptors() -> Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Not `.`, `..` and the folder itself.
        return Double(count - 3)
    }

    private static func descriptorLimit() -> Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    private static func startSeconds() -> Double? {
        // The program's name, in brackets, may contain anything. After it comes the third field; the start is the 22nd.
        guard let status = read("/proc/self/stat"), let end = status.lastIndex(of: ")"),
            let ticks = status[status.index(after: end)...].split(separator: " ").dropFirst(19).first.flatMap({
                Double($0)
            }),
            let boot = read("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })?.dropFirst(
                6),
            let bootSeconds = Double(boot)
        else { return nil }
        return bootSeconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// /proc's files have no length that could be asked for.
    private static func read(_ path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        return (try? handle.readToEnd()).map { String(decoding: $0, as: UTF8.self) }
    }
}
