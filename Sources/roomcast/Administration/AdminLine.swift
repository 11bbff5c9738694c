internal import Foundation

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
