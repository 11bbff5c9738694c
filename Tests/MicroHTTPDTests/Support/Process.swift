import Glibc

/// What this process holds.
enum Process {
    static var openDescriptors: Int {
        var count = 0
        // One of them is the listing's own.
        forEachEntry(of: "/proc/self/fd") { count += 1 }
        return count - 1
    }

    static var residentBytes: Int {
        let numbers = text(of: "/proc/self/statm").split(separator: " ")
        return Int(numbers[1])! * sysconf(Int32(_SC_PAGESIZE))
    }

    /// Descriptors that the kernel's table has room for (`FDSize` in proc_pid_status(5)).
    static var descriptorRoom: Int {
        let line = text(of: "/proc/self/status").split(separator: "\n").first { $0.hasPrefix("FDSize:") }!
        return Int(line.split(separator: "\t").last!)!
    }

    private static func text(of path: String) -> String {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &text, text.count)
        return String(decoding: text.prefix(max(0, count)), as: UTF8.self)
    }

    private static func forEachEntry(of path: String, _ body: () -> Void) {
        guard let folder = opendir(path) else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != UInt8(ascii: ".") { body() }
        }
    }
}

/// A file that is gone after the test.
final class TemporaryFile {
    let path: String
    private let descriptor: Int32

    init(_ bytes: [UInt8]) {
        var template = Array("/tmp/microhttpd-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    func truncate(to size: Int) {
        ftruncate(descriptor, off_t(size))
    }

    deinit {
        close(descriptor)
        unlink(path)
    }
}
