/// How many posts one address may send.
public struct PostRate: Hashable, Sendable {
    /// In the long run; above 0.
    public var perSecond: Double
    /// At once, after a silence; at least 1.
    public var burst: Int

    public static let perSecondRange = 0.001...1_000_000.0
    public static let burstRange = 1...1_000_000

    /// - Parameters: within the ranges above.
    public init(perSecond: Double, burst: Int) {
        precondition(Self.perSecondRange.contains(perSecond) && Self.burstRange.contains(burst))
        self.perSecond = perSecond
        self.burst = burst
    }
}
