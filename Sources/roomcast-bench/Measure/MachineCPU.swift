/// What all processes of this machine have used, by which a run notices that it was not alone.
enum MachineCPU {
    /// Time that processors were not idle, in seconds, in steps of a clock tick; 0 where `/proc/stat` is not to be had.
    static func busyTime() -> Double {
        // cpu user nice system idle iowait irq softirq …: proc_stat(5).
        let fields = ProcFile.text("/proc/stat")?.split(separator: "\n").first?.split(separator: " ") ?? []
        let busy = [1, 2, 3, 6, 7].filter { $0 < fields.count }.compactMap { Int(fields[$0]) }
        return Double(busy.reduce(0, +)) / ClockTick.perSecond
    }
}
