import Crypto
import CryptoExtras
import Foundation

/// Signs whatever a test wants to be signed, byte for byte.
struct TestIssuer: Sendable {
    enum Key: Sendable {
        case secret([UInt8])
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    let key: Key

    static let rsa = TestIssuer(key: .rsa(try! _RSA.Signing.PrivateKey(keySize: .bits2048)))
    static let p256 = TestIssuer(key: .p256(P256.Signing.PrivateKey()))
    static let ed25519 = TestIssuer(key: .ed25519(Curve25519.Signing.PrivateKey()))
    static let secret = TestIssuer(key: .secret(Array(repeating: 7, count: 32)))

    var algorithm: String {
        switch key {
        case .secret: "HS256"
        case .rsa: "RS256"
        case .p256: "ES256"
        case .ed25519: "EdDSA"
        }
    }

    /// What the server is given.
    var keyFile: [UInt8] {
        switch key {
        case .secret(let secret): secret
        case .rsa(let key): Array(key.publicKey.pemRepresentation.utf8)
        case .p256(let key): Array(key.publicKey.pemRepresentation.utf8)
        case .ed25519(let key): Array(key.publicKey.pemRepresentation.utf8)
        }
    }

    func jwk(kid: String, more: String = "") throws -> String {
        let members: String
        switch key {
        case .secret(let secret): members = #""kty":"oct","k":"\#(base64URL(secret))""#
        case .rsa(let key):
            let numbers = try key.publicKey.getKeyPrimitives()
            members = #""kty":"RSA","n":"\#(base64URL(numbers.modulus))","e":"\#(base64URL(numbers.publicExponent))""#
        case .p256(let key):
            let point = key.publicKey.rawRepresentation
            members =
                #""kty":"EC","crv":"P-256","x":"\#(base64URL(point.prefix(32)))","y":"\#(base64URL(point.suffix(32)))""#
        case .ed25519(let key):
            members = #""kty":"OKP","crv":"Ed25519","x":"\#(base64URL(key.publicKey.rawRepresentation))""#
        }
        return #"{\#(members),"kid":"\#(kid)"\#(more)}"#
    }

    func token(header: String? = nil, kid: String? = nil, _ claims: String) throws -> String {
        let kid = kid.map { #","kid":"\#($0)""# } ?? ""
        let header = header ?? #"{"alg":"\#(algorithm)","typ":"JWT"\#(kid)}"#
        let signed = base64URL(Data(header.utf8)) + "." + base64URL(Data(claims.utf8))
        return signed + "." + base64URL(try signature(of: Data(signed.utf8)))
    }

    private func signature(of bytes: Data) throws -> Data {
        switch key {
        case .secret(let secret): Data(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: secret)))
        case .rsa(let key):
            try key.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5).rawRepresentation
        case .p256(let key): try key.signature(for: bytes).rawRepresentation
        case .ed25519(let key): try key.signature(for: bytes)
        }
    }
}

func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}
