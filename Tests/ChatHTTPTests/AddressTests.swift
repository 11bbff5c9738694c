import Testing

@testable import ChatHTTP
@testable import MicroHTTPD

@Suite struct AddressTests {
    @Test func network_IsTheAddressItself_AndAn64OfIPv6() throws {
        func network(_ text: String) throws -> IPAddress { try #require(IPAddress(text)).network }
        #expect(try network("203.0.113.7") != network("203.0.113.8"))
        #expect(try network("2001:db8:1:2:3::4") == network("2001:db8:1:2:ffff::"))
        #expect(try network("2001:db8:1:2::") != network("2001:db8:1:3::"))
        #expect(try network("2001:db8:1:2:3::4").description == "2001:db8:1:2::")
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"), ("10.1.2.3/8", "10.9.9.9", "9.1.2.3"),
        ("192.0.2.1", "192.0.2.1", "192.0.2.2"), ("192.0.2.128/25", "192.0.2.129", "192.0.2.127"),
        ("192.0.2.1/32", "192.0.2.1", "192.0.2.0"), ("0.0.0.0/0", "203.0.113.7", "::1"),
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"), ("::1", "::1", "::2"),
        ("2001:db8::8000:0:0:0/65", "2001:db8::9000:0:0:1", "2001:db8::7000:0:0:1"),
        ("2001:db8::/63", "2001:db8:0:1::", "2001:db8:0:2::"), ("2001:db8::/64", "2001:db8::1", "2001:db8:0:1::"),
        ("fe80::/10", "febf::1", "fec0::1"),
        ("::ffff:10.0.0.1", "10.0.0.1", "10.0.0.2"),
    ])
    func block_HoldsItsAddresses(block: String, inside: String, outside: String) throws {
        let block = try AddressBlock(block)
        #expect(block.contains(try #require(IPAddress(inside))))
        #expect(!block.contains(try #require(IPAddress(outside))))
    }

    @Test func widestBlock_HoldsEverything() throws {
        let all = try AddressBlock("::/0")
        for text in ["::1", "203.0.113.7", "ffff::"] { #expect(all.contains(try #require(IPAddress(text)))) }
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "::/129", "host/8", "10.0.0.0/8/8",
    ])
    func otherText_IsNoBlock(text: String) {
        #expect(throws: AddressBlock.Unsound.self) { try AddressBlock(text) }
    }
}
