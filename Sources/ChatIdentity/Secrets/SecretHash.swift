internal import Crypto

/// What is kept of a secret: its SHA-256, from which nobody can tell it. A secret has 256 random bits, so that it needs
/// neither salt nor a slow hash.
public struct SecretHash: Sendable, CustomStringConvertible {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Of the whole text with its kind, so that a secret of one kind never passes for another's.
    public init(_ secret: Secret) {
        self.init(bytes: Array(SHA256.hash(data: Array(secret.text.utf8))))!
    }

    /// `nil` unless there are 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        let words = (0..<4).map { word in
            bytes[(8 * word)..<(8 * word + 8)].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// From its text; `nil` for any other.
    public init?(_ text: String) {
        guard text.utf8.count == 43, let bytes = Base64.bytes(urlText: text) else { return nil }
        self.init(bytes: bytes)
    }

    /// 32.
    public var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
        }
    }

    /// 43 characters of base64url.
    public var description: String { Base64.urlText(bytes) }
}

extension SecretHash: Hashable {
    /// Takes the same time wherever they differ.
    public static func == (left: SecretHash, right: SecretHash) -> Bool {
        let (left, right) = (left.words, right.words)
        return (left.0 ^ right.0) | (left.1 ^ right.1) | (left.2 ^ right.2) | (left.3 ^ right.3) == 0
    }

    public func hash(into hasher: inout Hasher) {
        // A hash is as random in each of its parts.
        hasher.combine(words.0)
    }
}

extension SecretHash: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let hash = SecretHash(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "No hash of a secret")
        }
        self = hash
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
