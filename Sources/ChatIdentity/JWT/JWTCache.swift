internal import Chat
internal import Crypto

/// Tokens that were found to be right, by their SHA-256: none could be got back from here.
struct JWTCache {
    /// Tokens in one generation, of which there are two. Beyond it the older is forgotten.
    static let limit = 4096

    private var current: [SHA256Digest: JWTClaims] = [:]
    private var previous: [SHA256Digest: JWTClaims] = [:]

    static func key(of token: String) -> SHA256Digest { SHA256.hash(data: Array(token.utf8)) }

    /// Tokens that are remembered.
    var count: Int { current.count + previous.count }

    /// What is asked for again stays when its generation goes.
    mutating func claims(_ key: SHA256Digest) -> JWTClaims? {
        if let claims = current[key] { return claims }
        guard let claims = previous.removeValue(forKey: key) else { return nil }
        insert(claims, for: key)
        return claims
    }

    mutating func insert(_ claims: JWTClaims, for key: SHA256Digest) {
        if current.count >= Self.limit {
            previous = current
            current = [:]
        }
        current[key] = claims
    }

    mutating func forget(_ key: SHA256Digest) {
        current[key] = nil
        previous[key] = nil
    }
}
