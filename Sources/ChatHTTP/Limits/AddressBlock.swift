public import MicroHTTPD

/// Addresses that begin with the same bits: `10.0.0.0/8`, `2001:db8::/32`, or a single address.
public struct AddressBlock: Hashable, Sendable {
    private let first: IPAddress
    /// Of 128.
    private let bits: Int

    /// Why a text is no block, for the person who wrote it.
    public struct Unsound: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// - Parameter text: an address, or an address and a number of bits; bits beyond these are passed over.
    public init(_ text: String) throws(Unsound) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let address = IPAddress(parts[0]) else {
            throw Unsound(
                description:
                    "'\(parts[0])' is not a numeric address; networks are given like 10.0.0.0/8, 2001:db8::/32 "
                    + "or 127.0.0.1.")
        }
        let width = address.isIPv4 ? 32 : 128
        var bits = width
        if parts.count == 2 {
            let isNumber = !parts[1].isEmpty && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isNumber, let given = Int(parts[1]), (0...width).contains(given) else {
                throw Unsound(description: "'\(text)' should have a number from 0 to \(width) after the slash.")
            }
            bits = given
        }
        self.bits = 128 - width + bits
        first = Self.prefix(address, self.bits)
    }

    public func contains(_ address: IPAddress) -> Bool {
        Self.prefix(address, bits) == first
    }

    private static func prefix(_ address: IPAddress, _ bits: Int) -> IPAddress {
        // Swift's smart shifts give 0 for 64 and more.
        IPAddress(
            high: bits >= 64 ? address.high : address.high & ~(UInt64.max >> UInt64(bits)),
            low: bits <= 64 ? 0 : address.low & ~(UInt64.max >> UInt64(bits - 64)))
    }
}
