internal import CLinux
import Glibc

/// A non-blocking TCP socket that the bench opened; closed with its owner's ``close()``.
struct Socket {
    let descriptor: Int32

    /// Begins to connect. The socket is writable when that has ended, and ``pendingError()`` says how.
    ///
    /// - Parameter source: an address of this machine to connect from; one address has about 28,000 ports.
    init(connectingTo address: SocketAddress, from source: SocketAddress?) throws {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw SystemError("socket") }
        do {
            try set(Int32(IPPROTO_TCP), TCP_NODELAY)
            if let source {
                // Otherwise bind takes a port that no other destination may use, and runs out sooner.
                try set(Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT)
                guard source.withPointer({ bind(descriptor, $0, $1) }) == 0 else { throw SystemError("bind") }
            }
            guard address.withPointer({ connect(descriptor, $0, $1) }) == 0 || errno == EINPROGRESS else {
                throw SystemError("connect")
            }
        } catch {
            close()
            throw error
        }
    }

    /// Takes what the kernel takes now.
    ///
    /// - Returns: bytes sent, 0 when the socket's buffer is full.
    func send(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        let count = bytes.withUnsafeBytes { clinux_send_now(descriptor, $0.baseAddress, $0.count) }
        if count >= 0 { return count }
        if errno == EAGAIN || errno == EINTR { return 0 }
        throw SystemError("send")
    }

    /// What a read gave.
    enum Received {
        case bytes(Int)
        case nothingYet
        case end
    }

    func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Received {
        let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
        if count > 0 { return .bytes(count) }
        if count == 0 { return .end }
        if errno == EAGAIN || errno == EINTR { return .nothingYet }
        throw SystemError("recv")
    }

    /// The outcome of connecting, once the socket is writable; `nil` if it succeeded.
    func pendingError() -> SystemError? {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else { return SystemError("getsockopt") }
        return code == 0 ? nil : SystemError("connect", code: code)
    }

    func close() {
        _ = Glibc.close(descriptor)
    }

    private func set(_ level: Int32, _ option: Int32) throws(SystemError) {
        var on: Int32 = 1
        guard setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw SystemError("setsockopt")
        }
    }
}
