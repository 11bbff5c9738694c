internal import Crypto
internal import CryptoExtras

/// What is kept of a password: its scrypt hash (RFC 7914), with the salt and the cost that it was made with.
public struct PasswordHash: Hashable, Sendable {
    public let cost: PasswordCost
    /// 16 random bytes; of a hash from elsewhere 8–64.
    let salt: [UInt8]
    /// 32 bytes; of a hash from elsewhere 16–64.
    let output: [UInt8]

    /// Takes the cost's time and memory: for threads that may wait.
    init(of password: Password, cost: PasswordCost) {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        self.cost = cost
        self.salt = salt
        output = Self.output(of: password, salt: salt, size: 32, cost: cost)
    }

    /// Of a password that nobody has.
    init(ofNobodyAt cost: PasswordCost) {
        var generator = SystemRandomNumberGenerator()
        self.cost = cost
        salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        output = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Whether it was made of this password. Takes the cost's time and memory: for threads that may wait.
    func matches(_ password: Password) -> Bool {
        let other = Self.output(of: password, salt: salt, size: output.count, cost: cost)
        // The same time wherever they differ.
        return zip(output, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func output(of password: Password, salt: [UInt8], size: Int, cost: PasswordCost) -> [UInt8] {
        do {
            return try KDF.Scrypt.deriveKey(
                from: password.bytes, salt: salt, outputByteCount: size, rounds: 1 << cost.logN,
                blockSize: cost.blockSize, parallelism: cost.parallelism
            ).withUnsafeBytes { Array($0) }
        } catch {
            // Of parameters within bounds it fails only for want of memory, as an array would.
            fatalError("scrypt failed at \(cost): \(error)")
        }
    }

    /// `$scrypt$ln=15,r=8,p=1$…$…`: PHC string format, with salt and hash in base64 without padding.
    public var text: String {
        "$scrypt$ln=\(cost.logN),r=\(cost.blockSize),p=\(cost.parallelism)$\(Base64.text(salt))$\(Base64.text(output))"
    }

    /// From its text; `nil` for any other, and where the cost is out of bounds.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false).map(Substring.init)
        guard text.utf8.count <= 256, parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        let parameters = parts[2].utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map(Substring.init)
        guard parameters.count == 3, let logN = Self.value(of: "ln=", in: parameters[0]),
            let blockSize = Self.value(of: "r=", in: parameters[1]),
            let parallelism = Self.value(of: "p=", in: parameters[2]),
            let cost = PasswordCost(logN: logN, blockSize: blockSize, parallelism: parallelism),
            let salt = Base64.bytes(text: parts[3]), (8...64).contains(salt.count),
            let output = Base64.bytes(text: parts[4]), (16...64).contains(output.count)
        else { return nil }
        self.cost = cost
        self.salt = salt
        self.output = output
    }

    private static func value(of name: String, in parameter: Substring) -> Int? {
        guard parameter.hasPrefix(name), let value = Int(parameter.dropFirst(name.count)),
            parameter == name + String(value)
        else { return nil }
        return value
    }
}

extension PasswordHash: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let hash = PasswordHash(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "No hash of a password")
        }
        self = hash
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
