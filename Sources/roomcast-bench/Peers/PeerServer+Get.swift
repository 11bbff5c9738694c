internal import FoundationEssentials
import Glibc

extension PeerServer {
    /// One small request over a connection of its own, decoded from JSON.
    func get<Answer: Decodable>(_ type: Answer.Type, _ path: String) throws -> Answer {
        let socket = try Socket(connectingTo: endpoint.address, from: nil)
        defer { socket.close() }
        let request = "GET \(path) HTTP/1.1\r\nHost: \(endpoint.authority)\r\nConnection: close\r\n\r\n"
        try wait(for: socket, POLLOUT)
        guard try socket.send(Array(request.utf8)[...]) == request.utf8.count else { throw BenchError("send failed") }
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

    private func wait(for socket: Socket, _ event: Int32) throws {
        var waited = pollfd(fd: socket.descriptor, events: Int16(event), revents: 0)
        guard poll(&waited, 1, 10_000) > 0 else { throw BenchError("the server does not answer") }
    }
}
