internal import Foundation
internal import MicroHTTPD

/// Whose word about a client's address is taken.
///
/// Each proxy appends the address that it was asked from to `X-Forwarded-For`; what stands before that, a client may have
/// made up. So the list is read from its end, for as long as the address so far is a trusted proxy's.
struct TrustedProxies: Sendable {
    private let blocks: [AddressBlock]

    init(_ blocks: [AddressBlock]) {
        self.blocks = blocks
    }

    var isEmpty: Bool { blocks.isEmpty }

    func contains(_ address: IPAddress) -> Bool {
        blocks.contains { $0.contains(address) }
    }

    /// The address of the client itself.
    ///
    /// - Parameters:
    ///   - peer: the other end of the socket.
    ///   - forwardedFor: the values of the lines of `X-Forwarded-For`, in their order; asked for only when the peer is
    ///     trusted.
    func client(peer: IPAddress, forwardedFor: () -> [String]) -> IPAddress {
        guard contains(peer) else { return peer }
        var client = peer
        for line in forwardedFor().reversed() {
            for element in line.elements(separatedBy: ",", keepingEmpty: true).reversed() {
                // What cannot be read was not written by this proxy's honest neighbour: the proxy itself is who asks.
                guard let hop = Self.address(element) else { return client }
                client = hop
                guard contains(hop) else { return hop }
            }
        }
        return client
    }

    /// `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`, perhaps in quotes.
    private static func address(_ element: Substring) -> IPAddress? {
        let text = element.trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
        if text.hasPrefix("[") {
            let parts = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].isEmpty || isPort(parts[1]) else { return nil }
            return IPAddress(String(parts[0]))
        }
        if let address = IPAddress(text) { return address }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, isPort(":" + parts[1]) else { return nil }
        return IPAddress(String(parts[0]))
    }

    private static func isPort(_ text: some StringProtocol) -> Bool {
        text.hasPrefix(":") && UInt16(text.dropFirst()) != nil
    }
}
