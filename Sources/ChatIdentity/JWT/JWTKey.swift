internal import Crypto
internal import CryptoExtras
internal import Foundation

/// A key that tokens are verified with, bound to the one algorithm that it is for (RFC 8725, section 3.1): what a token says
/// of its algorithm never chooses how it is verified.
struct JWTKey: Sendable {
    enum Algorithm: String {
        case hs256 = "HS256"
        case rs256 = "RS256"
        case es256 = "ES256"
        case edDSA = "EdDSA"
    }

    private enum Material {
        case secret(SymmetricKey)
        case rsa(_RSA.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    /// `kid`; `nil` for a key that is alone in its file.
    let identifier: String?
    private let material: Material

    /// Bits in the modulus of an RSA key (RFC 7518, section 3.3).
    static let minimumRSASize = 2048

    init(secret: [UInt8]) {
        identifier = nil
        material = .secret(SymmetricKey(data: secret))
    }

    init(rsa key: _RSA.Signing.PublicKey, identifier: String?) throws(JWTKeyError) {
        guard key.keySizeInBits >= Self.minimumRSASize else { throw .unusableKey }
        self.identifier = identifier
        material = .rsa(key)
    }

    init(p256 key: P256.Signing.PublicKey, identifier: String?) {
        self.identifier = identifier
        material = .p256(key)
    }

    init(ed25519 key: Curve25519.Signing.PublicKey, identifier: String?) {
        self.identifier = identifier
        material = .ed25519(key)
    }

    var algorithm: Algorithm {
        switch material {
        case .secret: .hs256
        case .rsa: .rs256
        case .p256: .es256
        case .ed25519: .edDSA
        }
    }

    /// RFC 7518, section 3, and RFC 8037, section 3.1. Takes up to some tenths of a millisecond.
    func isValid(_ signature: [UInt8], for bytes: [UInt8]) -> Bool {
        switch material {
        case .secret(let key):
            return HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: bytes, using: key)
        case .rsa(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: Data(signature)), for: SHA256.hash(data: bytes),
                padding: .insecurePKCS1v1_5)
        case .p256(let key):
            // R and S, and not as X.509 has them.
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(data: bytes))
        case .ed25519(let key):
            return key.isValidSignature(Data(signature), for: Data(bytes))
        }
    }
}
