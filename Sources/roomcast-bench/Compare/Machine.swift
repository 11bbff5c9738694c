internal import FoundationEssentials
import Glibc

/// What the numbers were measured on: without it they mean nothing.
struct Machine: Encodable {
    let processor: String
    let cores: Int
    let kernel: String
    /// UTC, `2026-11-22`.
    let date: String

    init() {
        let names = ProcFile.text("/proc/cpuinfo")?.split(separator: "\n").filter { $0.hasPrefix("model name") } ?? []
        processor = names.first?.split(separator: ":").last.map { $0.drop { $0 == " " } }.map(String.init) ?? "unknown"
        cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        var name = utsname()
        uname(&name)
        kernel = withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        date = String(Date.now.formatted(.iso8601).prefix(10))
    }

    var summary: String { "\(date), \(processor), \(cores) cores, Linux \(kernel.prefix { $0 != "-" })." }
}
