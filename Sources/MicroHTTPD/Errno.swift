internal import Glibc

/// The one place that asks a system call's result for its error, at once, before any other call can overwrite `errno`.
@discardableResult
func checked(_ call: StaticString, _ result: Int32) throws(StartError) -> Int32 {
    guard result >= 0 else { throw .last(call: "\(call)") }
    return result
}

extension StartError {
    static func last(call: String) -> StartError {
        let code = errno
        return .system(call: call, errno: code, reason: String(cString: strerror(code)))
    }
}
