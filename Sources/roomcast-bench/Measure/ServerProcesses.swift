/// The processes of the server that is measured, as `/proc` shows them: those given and their descendants at that
/// moment, so that nginx's master stands for its workers.
struct ServerProcesses {
    let identifiers: [Int32]

    init(_ given: [Int32]) throws {
        for identifier in given where ProcFile.text("/proc/\(identifier)/stat") == nil {
            throw BenchError("there is no process \(identifier)")
        }
        let parents = Dictionary(
            uniqueKeysWithValues: ProcFile.processIdentifiers().compactMap { identifier in
                Self.stat(identifier).flatMap { Int32($0[1]) }.map { (identifier, $0) }
            })
        identifiers = parents.keys.filter { identifier in
            var ancestor: Int32? = identifier
            while let current = ancestor {
                if given.contains(current) { return true }
                ancestor = parents[current]
            }
            return false
        }.sorted()
    }

    /// User and system time that they have used together, in seconds, in steps of a clock tick (10 ms).
    func cpuTime() -> Double {
        let ticks = identifiers.reduce(0) { sum, identifier in
            guard let fields = Self.stat(identifier) else { return sum }
            return sum + (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
        }
        return Double(ticks) / ClockTick.perSecond
    }

    /// Resident memory, in bytes: the sum of `VmRSS`, in which pages that several of them share count several times.
    func residentMemory() -> Int {
        identifiers.reduce(0) { sum, identifier in
            let line = ProcFile.text("/proc/\(identifier)/status")?.split(separator: "\n").first {
                $0.hasPrefix("VmRSS:")
            }
            let kilobytes = line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }
            return sum + (kilobytes ?? 0) * 1024
        }
    }

    func descriptorCount() -> Int {
        identifiers.reduce(0) { $0 + ProcFile.entries(of: "/proc/\($1)/fd").count }
    }

    /// Fields of `/proc/<pid>/stat` from the third on (proc_pid_stat(5)): the name before them may hold spaces.
    private static func stat(_ identifier: Int32) -> [Substring]? {
        guard let text = ProcFile.text("/proc/\(identifier)/stat"), let end = text.lastIndex(of: ")") else {
            return nil
        }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
