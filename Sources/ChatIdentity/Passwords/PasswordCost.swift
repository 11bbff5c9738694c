/// How much work it takes to try one password: the parameters of scrypt (RFC 7914, section 2).
public struct PasswordCost: Hashable, Sendable {
    /// N is two to the power of this: 1–17, and of less than 16 r.
    public let logN: Int
    /// r: 1–16.
    public let blockSize: Int
    /// p: 1–4.
    public let parallelism: Int

    /// What new hashes cost: 32 MiB for some 100 ms of one core.
    public static let today = PasswordCost(logN: 15, blockSize: 8, parallelism: 1)!

    /// Bytes of memory that one hash may take: what a hash from elsewhere says must not exhaust the server.
    public static let maximumMemory = 64 << 20

    /// `nil` for what is out of bounds.
    public init?(logN: Int, blockSize: Int, parallelism: Int) {
        guard (1...17).contains(logN), (1...16).contains(blockSize), (1...4).contains(parallelism),
            logN < 16 * blockSize, (128 * blockSize) << logN <= Self.maximumMemory
        else { return nil }
        self.logN = logN
        self.blockSize = blockSize
        self.parallelism = parallelism
    }
}
