import Crypto
import CryptoExtras
import Foundation
import Testing

@testable import ChatIdentity

@Suite struct JWTKeySetTests {
    private let claims = #"{"sub":"ann","exp":1900000000}"#

    private func set(_ keys: String...) -> [UInt8] { Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8) }

    @Test func eachKeyOfASet_VerifiesItsTokens() async throws {
        let issuers = [TestIssuer.rsa, .p256, .ed25519]
        let keys = try issuers.map { try $0.jwk(kid: $0.algorithm) }.joined(separator: ",")
        let server = try TestVerifier(set(keys))
        for issuer in issuers {
            #expect(try await server.verify(issuer.token(kid: issuer.algorithm, claims)).claims != nil)
            // Without a name it is the only one of its algorithm.
            #expect(try await server.verify(issuer.token(claims)).claims != nil)
            #expect(try await server.verify(issuer.token(kid: "other", claims)).refusal == .unknownKey)
            #expect(try await server.verify(issuer.token(kid: "", claims)).refusal == .unknownKey)
        }
        // Another's name: that key is for another algorithm, whatever the token says.
        #expect(try await server.verify(TestIssuer.p256.token(kid: "RS256", claims)).refusal == .wrongAlgorithm)
        let header = #"{"alg":"RS256","kid":"RS256"}"#
        #expect(try await server.verify(TestIssuer.p256.token(header: header, claims)).refusal == .badSignature)
    }

    @Test func severalKeysOfOneAlgorithm_AreToldByName() async throws {
        let (first, second) = (TestIssuer.p256, TestIssuer(key: .p256(P256.Signing.PrivateKey())))
        let server = try TestVerifier(set(first.jwk(kid: "1"), second.jwk(kid: "2")))
        #expect(try await server.verify(first.token(kid: "1", claims)).claims != nil)
        #expect(try await server.verify(second.token(kid: "2", claims)).claims != nil)
        #expect(try await server.verify(first.token(kid: "2", claims)).refusal == .badSignature)
        #expect(try await server.verify(first.token(claims)).refusal == .noKeyNamed)
    }

    /// RFC 7517, section 5: a reader passes over keys of kinds and uses that it does not know.
    @Test func otherKeysOfASet_ArePassedOver() async throws {
        let server = try TestVerifier(
            set(
                #"{"kty":"oct","k":"\#(base64URL(Data(count: 32)))","kid":"oct"}"#, #"{"kty":"new","kid":"new"}"#,
                #"{"kty":"EC","crv":"P-521","x":"AA","y":"AA","kid":"521"}"#,
                TestIssuer.rsa.jwk(kid: "enc", more: #","use":"enc""#),
                TestIssuer.rsa.jwk(kid: "512", more: #","alg":"RS512""#),
                TestIssuer.p256.jwk(kid: "1", more: #","use":"sig","alg":"ES256""#)))
        #expect(try await server.verify(TestIssuer.p256.token(kid: "1", claims)).claims != nil)
        for kid in ["enc", "512", "oct", "new"] {
            #expect(try await server.verify(TestIssuer.rsa.token(kid: kid, claims)).refusal == .unknownKey)
        }
        let secret = TestIssuer(key: .secret([UInt8](repeating: 0, count: 32)))
        #expect(try await server.verify(secret.token(kid: "oct", claims)).refusal == .unknownKey)
    }

    @Test func fileWithoutKeys_IsRefused() throws {
        func error(_ file: [UInt8]) -> JWTKeyError? {
            #expect(throws: JWTKeyError.self) { try JWTKeySet(file: file) }
        }
        func error(_ text: String) -> JWTKeyError? { error(Array(text.utf8)) }
        #expect(error("") == .secretTooShort(bytes: 0, minimum: 32))
        #expect(error(String(repeating: "x", count: 31) + "\r\n") == .secretTooShort(bytes: 31, minimum: 32))
        #expect(error("{}") == .notJWKS)
        #expect(error(#"{"keys":{}}"#) == .notJWKS)
        #expect(error(#"{"keys":[]}"#) == .noUsableKey)
        #expect(error(#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"1"}]}"#) == .unusableKey)
        #expect(error(#"{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","kid":"1"}]}"#) == .unusableKey)
        let jwk = try TestIssuer.p256.jwk(kid: "1")
        #expect(error(set(jwk, jwk)) == .keysNotTold)
        #expect(error(P384.Signing.PrivateKey().publicKey.pemRepresentation) == .unusableKey)
        #expect(error("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n") == .unusableKey)
        #expect(error("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n") == .unusableKey)
        #expect(error(P256.Signing.PrivateKey().pemRepresentation) == .privateKey)
        let pem = P256.Signing.PrivateKey().publicKey.pemRepresentation
        #expect(error(pem + "\n" + pem) == .severalKeys)
        #expect(
            error("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEFuIGV4YW1wbGUgb2YgYSBrZXkgaGVyZSAxMjM= ann")
                == .publicKeyNotPEM)
    }

    /// RFC 8725, section 2.1: what is public would be a secret.
    @Test func publicKeyThatIsNotPEM_IsNoSecret() throws {
        let keys = [
            P256.Signing.PrivateKey().publicKey.derRepresentation,
            Curve25519.Signing.PrivateKey().publicKey.derRepresentation,
            try _RSA.Signing.PrivateKey(keySize: .bits2048).publicKey.derRepresentation,
        ]
        for key in keys {
            #expect(#expect(throws: JWTKeyError.self) { try JWTKeySet(file: Array(key)) } == .publicKeyNotPEM)
        }
    }

    @Test func lineEnd_IsNoPartOfASecret() async throws {
        let secret = Array(String(repeating: "s", count: 40).utf8)
        for end in ["", "\n", "\r\n"] {
            let server = try TestVerifier(secret + Array(end.utf8))
            #expect(try await server.verify(TestIssuer(key: .secret(secret)).token(claims)).claims != nil)
        }
        let binary = [UInt8](repeating: 0x0a, count: 40)
        let server = try TestVerifier(binary)
        #expect(try await server.verify(TestIssuer(key: .secret(binary.dropLast())).token(claims)).claims != nil)
    }
}
