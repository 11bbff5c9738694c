extension IPAddress {
    /// What limits count by: an IPv4 address itself, and the /64 of an IPv6 address, since that is what one customer is
    /// given (RFC 6177), and any machine in it may take as many addresses as it likes.
    public var network: IPAddress { isIPv4 ? self : IPAddress(high: high, low: 0) }
}
