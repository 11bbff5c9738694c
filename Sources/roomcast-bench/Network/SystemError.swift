import Glibc

/// A system call that failed, by its name and errno.
struct SystemError: Error, CustomStringConvertible {
    let call: String
    let code: Int32

    /// - Parameter code: by default what the calling thread's last system call left.
    init(_ call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    var description: String { "\(call): \(String(cString: strerror(code)))" }
}
