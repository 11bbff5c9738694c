internal import CLinux
internal import CMicroHTTPD
internal import Glibc

/// A numeric address and port.
public struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// `203.0.113.7` or `2001:db8::1`; an IPv4 address that came over an IPv6 socket is shown as IPv4.
    public let host: String
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    init(localOf descriptor: Int32) throws(StartError) {
        guard let address = Self.read(descriptor, getsockname) else { throw .last(call: "getsockname") }
        self = address
    }

    init(peerOf descriptor: Int32) {
        self = Self.read(descriptor, getpeername) ?? PeerAddress(host: "unknown", port: 0)
    }

    private typealias Query = (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32

    private static func read(_ descriptor: Int32, _ query: Query) -> PeerAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> PeerAddress? in
                guard query(descriptor, address, &length) == 0 else { return nil }
                return PeerAddress(address, length: length)
            }
        }
    }

    private init?(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        if let address = Self.ipv4(address) {
            self = address
            return
        }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let code = getnameinfo(
            address, length, &host, socklen_t(host.count), &service, socklen_t(service.count),
            NI_NUMERICHOST | NI_NUMERICSERV)
        guard code == 0 else { return nil }
        self.host = String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        port = UInt16(String(decoding: service.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)) ?? 0
    }

    /// An IPv4 address, over whichever kind of socket it came. Every request asks for its client's, and getnameinfo(3) takes
    /// 7,000 instructions to write it (callgrind).
    private static func ipv4(_ address: UnsafePointer<sockaddr>) -> PeerAddress? {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            let address = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self)
            return withUnsafeBytes(of: address.sin_addr) { PeerAddress(ipv4: $0[...], port: address.sin_port) }
        case AF_INET6:
            let address = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self)
            return withUnsafeBytes(of: address.sin6_addr) { bytes in
                guard bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff else { return nil }
                return PeerAddress(ipv4: bytes[12...], port: address.sin6_port)
            }
        default: return nil
        }
    }

    private init(ipv4 bytes: Slice<UnsafeRawBufferPointer>, port: in_port_t) {
        var host = ""
        for byte in bytes {
            if !host.isEmpty { host += "." }
            host += String(byte)
        }
        self.init(host: host, port: UInt16(bigEndian: port))
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
