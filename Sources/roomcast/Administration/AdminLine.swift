internal import Foundation
internal import Synchronization

/// Lines over a connected socket, with patience.
struct AdminLine {
    private let descriptor: Int32

    init(_ descriptor: Int32, seconds: Int) {
        self.descriptor = descriptor
        var wait = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Without its end; `nil` when none comes, or one that is too long.
    func read(limit: Int) -> Data? {
        var line = Data()
        var byte: UInt8 = 0
        while line.count < limit {
            let count = recv(descriptor, &byte, 1, 0)
            if count < 0 && errno == EINTR { continue }
            guard count == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return line }
            line.append(byte)
        }
        return nil
    }

    func write(_ line: Data) {
        var rest = [UInt8](line) + [UInt8(ascii: "\n")]
        while !rest.isEmpty {
            let count = send(descriptor, rest, rest.count, Int32(MSG_NOSIGNAL))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest.removeFirst(count)
        }
    }
}

/// A value behind a lock, that closures can share.
final class Locked<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { value in body(&value) }
    }
}

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
