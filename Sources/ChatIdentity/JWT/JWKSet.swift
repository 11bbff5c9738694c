internal import JWTKit

/// A JWKS as it is written (RFC 7517; members of the keys: RFC 7518, section 6, and RFC 8037, section 2). jwt-kit's own type
/// reads no set with a key of a kind that it does not know, which RFC 7517, section 5, says to pass over.
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
                    rsa: Insecure.RSA.PublicKey(modulus: n ?? "", exponent: e ?? ""), identifier: kid)
            case ("EC", "P-256", nil), ("EC", "P-256", "ES256"):
                return try JWTKey(p256: ES256PublicKey(parameters: (x: x ?? "", y: y ?? "")), identifier: kid)
            case ("OKP", "Ed25519", nil), ("OKP", "Ed25519", "EdDSA"):
                return try JWTKey(ed25519: EdDSA.PublicKey(x: x ?? "", curve: .ed25519), identifier: kid)
            default:
                return nil
            }
        }
    }
}
