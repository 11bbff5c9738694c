internal import FoundationEssentials
import Glibc

extension Endpoint {
    /// One small request over a connection of its own, decoded from JSON.
    func get<Answer: Decodable>(_ type: Answer.Type, _ path: String) throws -> Answer {
        let socket = try Socket(connectingTo: address, from: nil)
        defer { socket.close() }
        try send(path, over: socket)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        reading: while true {
            try wait(for: socket, POLLIN)
            switch try buffer.withUnsafeMutableBytes({ try socket.receive(into: $0) }) {
            case .bytes(let count): bytes += buffer[..<count]
            case .nothingYet: continue
            case .end: break reading
            }
        }
        guard let head = try ResponseHead(bytes), head.status == 200 else {
            throw BenchError("GET \(path) was not answered with 200")
        }
        var body = Array(bytes[head.size...])
        if head.framing == .chunked {
            var chunks = ChunkedBody()
            let size = try body.withUnsafeMutableBytes { try chunks.decode($0) }
            body.removeLast(body.count - size)
        }
        return try JSONDecoder().decode(type, from: Data(body))
    }

    /// Whether the server has looked at a request, and answered it or closed the connection over it.
    ///
    /// A server accepts connections as soon as it listens. What it makes after that, or reads for its first request, is not
    /// to be counted as the work or the memory of what is measured.
    ///
    /// - Returns: `false` when nobody listens, or nobody has answered in that time.
    func answers(within milliseconds: Int32) throws -> Bool {
        guard let socket = try? Socket(connectingTo: address, from: nil) else { return false }
        defer { socket.close() }
        try wait(for: socket, POLLOUT)
        guard socket.pendingError() == nil else { return false }
        try send("/", over: socket)
        return isReady(socket, POLLIN, within: milliseconds)
    }

    private func send(_ path: String, over socket: Socket) throws {
        let request = "GET \(path) HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n\r\n"
        try wait(for: socket, POLLOUT)
        guard try socket.send(Array(request.utf8)[...]) == request.utf8.count else { throw BenchError("send failed") }
    }

    private func wait(for socket: Socket, _ event: Int32) throws {
        guard isReady(socket, event, within: 10_000) else { throw BenchError("the server does not answer") }
    }

    private func isReady(_ socket: Socket, _ event: Int32, within milliseconds: Int32) -> Bool {
        var waited = pollfd(fd: socket.descriptor, events: Int16(event), revents: 0)
        return poll(&waited, 1, milliseconds) > 0
    }
}
