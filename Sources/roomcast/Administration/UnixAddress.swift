internal import Foundation

/// The address of `admin.sock`. A path in such an address has 107 bytes at most, and a data folder's may have more: so it is
/// named by way of the open folder.
struct UnixAddress {
    private var address: sockaddr_un

    /// - Returns: the address, and the open folder, to be closed once the socket is not needed any more.
    static func make(in folder: String) throws -> (UnixAddress, folder: Int32) {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw lastError }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array("/proc/self/fd/\(directory)/\(AdminSocket.name)".utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        return (UnixAddress(address: address), directory)
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    static var lastError: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}

extension POSIXError {
    /// The system's own, without what Foundation says about them.
    var words: String { String(cString: strerror(code.rawValue)) }
}
