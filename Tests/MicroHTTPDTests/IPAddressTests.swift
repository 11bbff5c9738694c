import Glibc
import Testing

@testable import MicroHTTPD

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("203.0.113.7", "203.0.113.7"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("2001:DB8:0::1", "2001:db8::1"), ("::", "::"), ("::1", "::1"), ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1:2:3:4", "fe80::1:2:3:4"),
    ])
    func address_IsReadAndShown(text: String, shown: String) throws {
        #expect(try #require(IPAddress(text)).description == shown)
    }

    @Test(arguments: [
        "", " ", "localhost", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4 ", "1.2.3.4\0x", "0x7f.1", "2130706433",
        "::1%lo", "[::1]", ":::", "1.2.3.4:80", "12345::",
    ])
    func otherText_IsNoAddress(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func socketsAddress_IsRead() throws {
        var ipv4 = sockaddr_in()
        ipv4.sin_family = sa_family_t(AF_INET)
        ipv4.sin_port = 80
        inet_pton(AF_INET, "203.0.113.7", &ipv4.sin_addr)
        #expect(Self.read(ipv4) == IPAddress("203.0.113.7"))
        var ipv6 = sockaddr_in6()
        ipv6.sin6_family = sa_family_t(AF_INET6)
        ipv6.sin6_scope_id = 2
        inet_pton(AF_INET6, "fe80::1:2:3:4", &ipv6.sin6_addr)
        #expect(Self.read(ipv6) == IPAddress("fe80::1:2:3:4"))
        inet_pton(AF_INET6, "::ffff:203.0.113.7", &ipv6.sin6_addr)
        #expect(Self.read(ipv6) == IPAddress("203.0.113.7"))
        #expect(Self.read(sockaddr_un()) == nil)
    }

    @Test(arguments: ["203.0.113.7", "2001:db8::1", "::"])
    func address_IsASocketsAddress(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.withSocketAddress { pointer, _ in IPAddress(pointer) } == address)
    }

    private static func read<Address>(_ address: Address) -> IPAddress? {
        withUnsafePointer(to: address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { IPAddress($0) }
        }
    }
}
