/// Why a file gives no keys to verify tokens with.
public enum JWTKeyError: Error, Hashable, Sendable {
    case unreadable(reason: String)
    case tooLarge(limit: Int)
    case secretTooShort(bytes: Int, minimum: Int)
    case privateKey
    case severalKeys
    case unusableKey
    case publicKeyNotPEM
    case notJWKS
    case noUsableKey
    case keysNotTold

    /// In words that go on from "The key file cannot be used: ", and show nothing of it.
    public var reason: String {
        switch self {
        case .unreadable(let reason): "it cannot be read: \(reason)"
        case .tooLarge(let limit): "it has more than \(limit) bytes"
        case .secretTooShort(let bytes, let minimum):
            "as a secret it has \(bytes) bytes, at least \(minimum) are needed"
        case .privateKey: "it holds a private key; the server needs only the public one"
        case .severalKeys: "it holds several keys in PEM; several keys are given as a JWKS"
        case .unusableKey: "it holds no public key of RSA with 2,048 bits or more, of P-256 or of Ed25519"
        case .publicKeyNotPEM: "it holds a public key, which is given in PEM"
        case .notJWKS: "it is no JWKS: a JSON object with a list of keys is expected"
        case .noUsableKey: "none of its keys is for RS256, ES256 or EdDSA"
        case .keysNotTold: "it holds several keys, and not each of them has a kid of its own"
        }
    }
}
