internal import MicroHTTPD

@testable internal import ChatHTTP

/// Addresses, networks, and what `X-Forwarded-For` can make the server believe.
func proxies(_ input: [UInt8]) {
    var bytes = Bytes(input)
    let block = bytes.text()
    let lines = [bytes.text(), bytes.text()]
    for text in lines + [block] { address(text) }
    let trusted = (try? AddressBlock(block)).map { [$0] } ?? []
    let peer = IPAddress("10.0.0.1")!
    let stranger = IPAddress("192.0.2.1")!
    if !TrustedProxies(trusted).contains(stranger) {
        let client = TrustedProxies(trusted).client(peer: stranger) { fail("a stranger's word was asked for") }
        expectEqual(client, stranger, "a stranger")
    }
    let all = TrustedProxies(trusted + [try! AddressBlock("10.0.0.0/8")])
    let client = all.client(peer: peer) { lines }
    expect(client == peer || lines.contains { mentions(client, $0) }, "an address from nowhere: \(client)")
    // An honest proxy puts the address that it was asked from behind whatever a client sent.
    let asker = IPAddress("192.0.2.77")!
    if !all.contains(asker) {
        for list in [[lines[0] + ", 192.0.2.77"], lines + ["192.0.2.77"]] {
            expectEqual(all.client(peer: peer) { list }, asker, "a client hid behind its proxy")
        }
    }
    if !all.contains(client) {
        // What stands before the first hop that is not trusted, the client may have written.
        expectEqual(all.client(peer: peer) { ["203.0.113.9"] + lines }, client, "a client chose its address")
        expectEqual(
            all.client(peer: peer) { ["198.51.100.1, " + lines[0], lines[1]] }, client, "a client chose its address")
    }
}

private func mentions(_ address: IPAddress, _ line: String) -> Bool {
    line.split { ", \t\"[]".contains($0) }.contains { part in
        IPAddress(String(part)) == address || part.split(separator: ":").contains { IPAddress(String($0)) == address }
    }
}

private func address(_ text: String) {
    if let block = try? AddressBlock(text) {
        let first = text.prefix { $0 != "/" }
        expect(block.contains(IPAddress(String(first))!), "a network without its own address")
    }
    guard let address = IPAddress(text) else { return }
    expectEqual(IPAddress(address.description), address, "written and read")
    expect(try! AddressBlock(address.description).contains(address), "an address that is not itself")
    expectEqual(address.network.network, address.network, "a network of a network")
    if text.contains(".") && !text.contains(":") { expectEqual(address.description, text, "four numbers") }
    expectEqual(IPAddress("::ffff:" + text) ?? address, address, "an IPv4 address, mapped")
}
