import Glibc

/// The unit of CPU times in `/proc`.
enum ClockTick {
    static let perSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
}
