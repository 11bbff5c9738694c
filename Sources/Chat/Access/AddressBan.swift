/// Nobody from this network may do anything.
public struct AddressBan: Hashable, Codable, Sendable {
    /// `192.0.2.7` or `2001:db8::/64`.
    public let network: String
    public let bannedAt: Timestamp
    public let by: String
    public let why: String?

    public init(network: String, bannedAt: Timestamp, by: String, why: String?) {
        self.network = network
        self.bannedAt = bannedAt
        self.by = by
        self.why = why
    }
}
