internal import CLinux
internal import Foundation
internal import Glibc

@testable import roomcast_bench

/// Answers the posts of one connection, the first of them late.
final class StallingServer: Sendable {
    let port: UInt16

    /// - Parameter stall: microseconds before the first answer.
    init(stall: UInt32) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw SystemError("listen") }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread {
            let client = accept(listener, nil, nil)
            close(listener)
            var buffer = [UInt8](repeating: 0, count: 4096)
            var isFirst = true
            while recv(client, &buffer, buffer.count, 0) > 0 {
                if isFirst { usleep(stall) }
                isFirst = false
                let answer = Array("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n".utf8)
                _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
            }
            close(client)
        }
    }
}
