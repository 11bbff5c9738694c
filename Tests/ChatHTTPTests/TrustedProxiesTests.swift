import Testing

@testable import ChatHTTP
@testable import MicroHTTPD

@Suite struct TrustedProxiesTests {
    private static let proxies = ["10.0.0.0/8", "2001:db8:aaaa::/48"]

    private func client(peer: String, _ lines: String...) throws -> String {
        let proxies = TrustedProxies(try Self.proxies.map { try AddressBlock($0) })
        return proxies.client(peer: try #require(IPAddress(peer))) { lines }.description
    }

    @Test func peerThatIsNotTrusted_IsTheClient() throws {
        #expect(try client(peer: "203.0.113.7", "198.51.100.1") == "203.0.113.7")
        let nobody = TrustedProxies([]).client(peer: try #require(IPAddress("10.0.0.1"))) { ["198.51.100.1"] }
        #expect(nobody.description == "10.0.0.1")
    }

    @Test(arguments: [
        ("198.51.100.1", "198.51.100.1"),
        // Whatever the client wrote itself stands to the left.
        ("1.1.1.1, 198.51.100.1", "198.51.100.1"),
        // Also where it joins what follows: U+0600 and a comma are one character to people.
        ("\u{600}, 198.51.100.1", "198.51.100.1"),
        // Several proxies of ours, one after another.
        ("1.1.1.1, 198.51.100.1, 10.0.0.9, 10.2.0.1", "198.51.100.1"),
        ("198.51.100.1,10.0.0.9", "198.51.100.1"),
        ("198.51.100.1 ,\t2001:db8:aaaa::1", "198.51.100.1"),
        // All of them ours: the first one asks.
        ("10.0.0.3, 10.0.0.9", "10.0.0.3"),
        ("198.51.100.1:4711", "198.51.100.1"), ("2001:db8::1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"), ("\"[2001:db8::1]:4711\"", "2001:db8::1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
    ])
    func client_IsTheLastAddressThatIsNotTrusted(line: String, expected: String) throws {
        #expect(try client(peer: "10.0.0.1", line) == expected)
    }

    @Test(arguments: [
        ("", "10.0.0.1"), ("unknown", "10.0.0.1"), ("198.51.100.1, garbage", "10.0.0.1"),
        ("198.51.100.1, unknown, 10.0.0.9", "10.0.0.9"), ("198.51.100.1,", "10.0.0.1"), ("_hidden", "10.0.0.1"),
        ("198.51.100.1:port", "10.0.0.1"), ("[::1", "10.0.0.1"), ("[::1]x", "10.0.0.1"),
        ("198.51.100.1:99999", "10.0.0.1"),
        ("client.example", "10.0.0.1"), ("198.51.100.1\0", "10.0.0.1"),
    ])
    func garbage_IsThatOfTheLastTrustedHop(line: String, expected: String) throws {
        #expect(try client(peer: "10.0.0.1", line) == expected)
    }

    @Test func severalLines_AreOneList() throws {
        #expect(try client(peer: "10.0.0.1", "1.1.1.1", "198.51.100.1, 10.0.0.9") == "198.51.100.1")
        #expect(try client(peer: "10.0.0.1", "1.1.1.1, 198.51.100.1", "10.0.0.9") == "198.51.100.1")
    }

    @Test func withoutTheHeader_TheProxyIsTheClient() throws {
        #expect(try client(peer: "10.0.0.1") == "10.0.0.1")
    }
}
