internal import CMicroHTTPD
internal import Glibc

/// A numeric address and port that is listened at.
public struct LocalAddress: Hashable, Sendable, CustomStringConvertible {
    /// `203.0.113.7`, `::` or `2001:db8::1`; a link-local address comes with its interface, `fe80::1%eth0`.
    public let host: String
    public let port: UInt16

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    init(of descriptor: Int32) throws(StartError) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let isRead = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                getsockname(descriptor, address, &length) == 0
                    && getnameinfo(
                        address, length, &host, socklen_t(host.count), &service, socklen_t(service.count),
                        NI_NUMERICHOST | NI_NUMERICSERV) == 0
            }
        }
        guard isRead else { throw .last(call: "getsockname") }
        self.host = Self.text(host)
        port = UInt16(Self.text(service)) ?? 0
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
