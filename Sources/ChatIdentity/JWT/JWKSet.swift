internal import Crypto
internal import CryptoExtras
internal import Foundation

/// A JWKS as it is written (RFC 7517; members of the keys: RFC 7518, section 6, and RFC 8037, section 2). Keys of a kind that is
/// not known are passed over, as RFC 7517, section 5, says.
struct JWKSet: Decodable {
    let keys: [Key]

    struct Key: Decodable {
        let kty: String
        let kid: String?
        let use: String?
        let alg: String?
        let crv: String?
        let n: String?
        let e: String?
        let x: String?
        let y: String?

        /// Not one for encrypting.
        var isForVerifying: Bool { use == nil || use == "sig" }

        /// `nil` for a key of a kind or an algorithm that tokens here are not signed with. A secret is none of a set's: it
        /// stands in a file of its own, which nobody publishes.
        func key() throws -> JWTKey? {
            switch (kty, crv, alg) {
            case ("RSA", _, nil), ("RSA", _, "RS256"):
                return try JWTKey(
                    rsa: _RSA.Signing.PublicKey(n: Self.bytes(n), e: Self.bytes(e)), identifier: kid)
            case ("EC", "P-256", nil), ("EC", "P-256", "ES256"):
                let (x, y) = (try Self.bytes(x), try Self.bytes(y))
                return JWTKey(p256: try P256.Signing.PublicKey(x963Representation: [4] + x + y), identifier: kid)
            case ("OKP", "Ed25519", nil), ("OKP", "Ed25519", "EdDSA"):
                return JWTKey(
                    ed25519: try Curve25519.Signing.PublicKey(rawRepresentation: Self.bytes(x)), identifier: kid)
            default:
                return nil
            }
        }

        private static func bytes(_ text: String?) throws(JWTKeyError) -> [UInt8] {
            guard let bytes = Base64.bytes(urlText: text ?? ""), !bytes.isEmpty else { throw .unusableKey }
            return bytes
        }
    }
}
