internal import CLinux
internal import FoundationEssentials
import Glibc

/// Where the servers' data and logs are while they are measured; removed in the end.
final class WorkFolder {
    let path: String
    private var count = 0

    /// - Parameter parent: must be on a disk: in memory a sync costs nothing, and a durable server looks faster than it is.
    init(in parent: String) throws {
        var status = statfs()
        guard statfs(parent, &status) == 0 else { throw BenchError("\(parent): \(String(cString: strerror(errno)))") }
        guard status.f_type != TMPFS_MAGIC else {
            throw BenchError("\(parent) is in memory, where a sync costs nothing: name a folder on a disk with --work")
        }
        path = "\(parent)/roomcast-bench.\(getpid())"
        // Open to nginx's workers, which may be another user's.
        try Self.make(path)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// A new, empty folder.
    func next(_ name: String) throws -> String {
        count += 1
        let folder = "\(path)/\(count)-\(name)"
        try Self.make(folder)
        return folder
    }

    func remove(_ folder: String) {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func make(_ folder: String) throws {
        guard mkdir(folder, 0o755) == 0 else { throw SystemError("mkdir \(folder)") }
    }
}
