/// What generator, server and the whole machine have used up to a moment.
struct Usage {
    let time = MonotonicTime.now()
    /// Seconds.
    let generatorCPU = OwnCPUTime.now()
    /// Seconds, of all processes.
    let machineCPU = MachineCPU.busyTime()
    /// `nil` where the server's process is not known; seconds.
    let serverCPU: Double?
    /// Bytes.
    let serverMemory: Int?

    init(of processes: ServerProcesses?) {
        serverCPU = processes?.cpuTime()
        serverMemory = processes?.residentMemory()
    }
}
