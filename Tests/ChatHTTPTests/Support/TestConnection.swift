import Glibc

struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A client's socket. Every wait has an end: 20 s.
final class TestConnection {
    private let descriptor: Int32
    private var received: [UInt8] = []
    private var isAtEnd = false

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            // Everything is initialized, so `deinit` closes the socket.
            throw TestFailure("connect: \(String(cString: strerror(errno)))")
        }
        // Only now: a connect with a timeout would be interrupted by the trace, too.
        var wait = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    func send(_ request: TestRequest) throws {
        try send(request.bytes)
    }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            // A server that refuses a body has answered before it has taken all of it.
            if count < 0 && (errno == EPIPE || errno == ECONNRESET) { return }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw TestFailure("send: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    /// Half-closes: nothing more will be sent.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Waits for more; `false` at the end.
    private func receive() throws -> Bool {
        if isAtEnd { return false }
        let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            // `strace`, with which a test traces this process, interrupts what waits with a timeout (signal(7)).
            var result = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            while result < 0 && errno == EINTR {
                result = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            }
            isAtEnd = result == 0 || result < 0 && errno != EAGAIN
            count = max(0, result)
        }
        received += chunk
        guard isAtEnd || !chunk.isEmpty else { throw TestFailure("nothing came for 20 s, after: \(text)") }
        return !chunk.isEmpty
    }

    private var text: String { String(decoding: received, as: UTF8.self) }

    /// Takes bytes from what has come; waits for them.
    func take(_ count: Int) throws -> [UInt8] {
        while received.count < count {
            guard try receive() else { throw TestFailure("the connection ended after: \(text)") }
        }
        defer { received.removeFirst(count) }
        return Array(received.prefix(count))
    }

    /// Takes a line, without its line break.
    func takeLine() throws -> String {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = try take(end + 1)
                return String(
                    decoding: line.dropLast(line.suffix(2).first == UInt8(ascii: "\r") ? 2 : 1), as: UTF8.self)
            }
            guard try receive() else { throw TestFailure("the connection ended after: \(text)") }
        }
    }

    /// Everything up to the end of the connection.
    func takeRest() throws -> [UInt8] {
        while try receive() {}
        defer { received = [] }
        return received
    }

    /// What has come so far and, if that is nothing, what comes next; empty at the end.
    func takeSome() throws -> [UInt8] {
        if received.isEmpty { _ = try receive() }
        defer { received = [] }
        return received
    }
}
