public import Chat

/// Why a JWT does not count.
public enum JWTRefusal: Error, Hashable, Sendable {
    case notJWT
    case tooLong(limit: Int)
    case unknownExtension
    /// `kid` is none of the keys'.
    case unknownKey
    /// Without `kid`, and there are several keys that it might be.
    case noKeyNamed
    /// `none`, or another than the key is for.
    case wrongAlgorithm
    case badSignature
    case missingClaim(String)
    case badClaim(String, expected: String)
    case expired(at: Timestamp)
    case notYetValid(before: Timestamp)
    case wrongAudience
    case wrongIssuer

    /// In words that go on from "The JWT does not count: ", and show nothing of a key.
    public var reason: String {
        switch self {
        case .notJWT: "it is not a JWT: JSON in base64url is expected, in three parts with points between them"
        case .tooLong(let limit): "it has more than \(limit) bytes"
        case .unknownExtension: "its header has crit, and this server knows no extension"
        case .unknownKey: "its kid names no key of this server"
        case .noKeyNamed: "it has no kid, and this server has several keys"
        case .wrongAlgorithm: "its alg is not the one that this server's key is for"
        case .badSignature: "its signature is not by this server's key"
        case .missingClaim(let name): "it has no \(name)"
        case .badClaim(let name, let expected): "its \(name) is not \(expected)"
        case .expired(let time): "it has expired at \(time)"
        case .notYetValid(let time): "it is not valid before \(time)"
        case .wrongAudience: "its aud does not name this server"
        case .wrongIssuer: "its iss is not the one that this server trusts"
        }
    }
}
