import Glibc

/// A blocking client on a raw socket, with a bound on every wait: what it sends is exactly what a test says.
final class TestClient {
    enum Failure: Error {
        case system(String, Int32)
        case timedOut(soFar: String)
        case endedEarly(soFar: String)
        case malformed(String)
    }

    /// Seconds after which a server that should have answered has failed.
    static let patience = 10.0

    let descriptor: Int32
    private var unread: [UInt8] = []

    /// - Parameters:
    ///   - receiveBuffer: bytes that the kernel may hold for this client; small for one that stalls.
    ///   - source: the last number of its own address, 127.0.0.x.
    init(port: UInt16, receiveBuffer: Int32? = nil, source: UInt8 = 1) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        func call(
            _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ last: UInt8, _ port: UInt16
        ) -> Int32 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = (UInt32(0x7f00_0000) | UInt32(last)).bigEndian
            return withUnsafePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        guard source == 1 || call(bind, source, 0) == 0 else { throw Failure.system("bind", errno) }
        guard call(connect, 1, port) == 0 else { throw Failure.system("connect", errno) }
    }

    deinit {
        close(descriptor)
    }

    // MARK: Sending

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Failure.system("send", errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// A whole request with a `Host`.
    func request(_ method: String = "GET", _ target: String, headers: [String] = [], body: String = "") throws {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: test"] + headers
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        try send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Half-closes: nothing more will be sent, an answer is still awaited.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes with a reset instead of a FIN.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        // Closing happens once, in deinit: connecting to nowhere dissolves the association at once.
        var unspecified = sockaddr()
        unspecified.sa_family = sa_family_t(AF_UNSPEC)
        connect(descriptor, &unspecified, socklen_t(MemoryLayout<sockaddr>.size))
    }

    // MARK: Receiving

    /// The next response, its body taken apart as its headers say.
    ///
    /// - Parameter method: of the request; an answer to HEAD has no body whatever its headers say.
    func response(to method: String = "GET") throws -> TestResponse {
        var response = try TestResponse(head: head())
        if method == "HEAD" || response.status < 200 || response.status == 204 { return response }
        if response.header("Transfer-Encoding") == "chunked" {
            while let chunk = try chunk() { response.body += chunk }
        } else if let length = response.header("Content-Length") {
            response.body = try take(Int(length)!)
        } else {
            response.body = try readToEnd()
        }
        return response
    }

    /// The head of a response, up to and without its empty line.
    func head() throws -> String {
        while true {
            if let end = unread.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: unread[..<end.lowerBound], as: UTF8.self)
                unread.removeSubrange(..<end.upperBound)
                return head
            }
            try fillOrFail()
        }
    }

    /// The next chunk of a chunked body; `nil` for the last.
    func chunk() throws -> [UInt8]? {
        guard let size = Int(try line(), radix: 16) else { throw Failure.malformed("chunk size") }
        let bytes = try take(size)
        guard try line().isEmpty else { throw Failure.malformed("chunk end") }
        return size == 0 ? nil : bytes
    }

    func take(_ count: Int) throws -> [UInt8] {
        while unread.count < count { try fillOrFail() }
        defer { unread.removeFirst(count) }
        return Array(unread.prefix(count))
    }

    /// All that comes until the server closes. A reset is an end, too.
    func readToEnd(within seconds: Double = patience) throws -> [UInt8] {
        let deadline = Clock.now + seconds
        while try fill(until: deadline) {}
        defer { unread = [] }
        return unread
    }

    /// Whether the server closes in that time, whatever it sends before.
    func isClosed(within seconds: Double) -> Bool {
        (try? readToEnd(within: seconds)) != nil
    }

    private func line() throws -> String {
        while true {
            if let end = unread.firstRange(of: Array("\r\n".utf8)) {
                let line = String(decoding: unread[..<end.lowerBound], as: UTF8.self)
                unread.removeSubrange(..<end.upperBound)
                return line
            }
            try fillOrFail()
        }
    }

    private func fillOrFail() throws {
        guard try fill(until: Clock.now + Self.patience) else { throw Failure.endedEarly(soFar: soFar) }
    }

    /// Receives something; false when the server has closed.
    private func fill(until deadline: Double) throws -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(max(0, (deadline - Clock.now) * 1000))
        guard Clock.now < deadline else { throw Failure.timedOut(soFar: soFar) }
        let ready = Glibc.poll(&poll, 1, milliseconds)
        // `strace`, with which a test traces this process, interrupts what waits with a timeout (signal(7)).
        if ready < 0 && errno == EINTR { return try fill(until: deadline) }
        guard ready > 0 else { throw Failure.timedOut(soFar: soFar) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        unread += bytes[..<count]
        return true
    }

    private var soFar: String { String(decoding: unread.prefix(500), as: UTF8.self) }
}

/// Seconds that no clock setting moves.
enum Clock {
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
