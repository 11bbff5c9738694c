internal import CMicroHTTPD
internal import Glibc

/// A numeric address. An IPv4 address is kept as `::ffff:a.b.c.d`, so that there is one kind to compare and to count by.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// The 128 bits, the first ones in `high`.
    public let high: UInt64
    public let low: UInt64

    /// Stands for a peer whose address the system did not tell.
    public static let unknown = IPAddress(high: 0, low: 0)
    private static let mappedPrefix: UInt64 = 0xffff << 32

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Parameter text: `203.0.113.7` or `2001:db8::1`, nothing around it. No names: nothing is looked up.
    public init?(_ text: String) {
        // inet_pton(3) would stop reading at a NUL.
        guard !text.utf8.contains(0) else { return nil }
        var ipv4 = in_addr()
        if inet_pton(AF_INET, text, &ipv4) == 1 {
            self.init(ipv4)
            return
        }
        var ipv6 = in6_addr()
        guard inet_pton(AF_INET6, text, &ipv6) == 1 else { return nil }
        self.init(ipv6)
    }

    /// Of a socket's other end; the interface of a link-local address is left out. `nil` for other kinds of sockets.
    init?(_ address: UnsafePointer<sockaddr>) {
        let bytes = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET: self.init(bytes.loadUnaligned(as: sockaddr_in.self).sin_addr)
        case AF_INET6: self.init(bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
        default: return nil
        }
    }

    init?(_ storage: sockaddr_storage) {
        guard
            let address = withUnsafePointer(
                to: storage, { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { IPAddress($0) } })
        else { return nil }
        self = address
    }

    /// As C has it, with no port.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        func call<Address>(_ address: Address) -> Result {
            withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<Address>.size))
                }
            }
        }
        if isIPv4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(truncatingIfNeeded: low).bigEndian
            return call(address)
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
            bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return call(address)
    }

    private init(_ address: in_addr) {
        self.init(high: 0, low: Self.mappedPrefix | UInt64(UInt32(bigEndian: address.s_addr)))
    }

    private init(_ address: in6_addr) {
        self = withUnsafeBytes(of: address) { bytes in
            IPAddress(
                high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    public var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

    /// As RFC 5952 has it.
    public var description: String {
        if isIPv4 {
            return [24, 16, 8, 0].map { "\((low >> UInt64($0)) & 0xff)" }.joined(separator: ".")
        }
        let bytes = [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
