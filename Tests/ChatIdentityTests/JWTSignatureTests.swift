import Crypto
import CryptoExtras
import Foundation
import Testing

@testable import ChatIdentity

@Suite struct JWTSignatureTests {
    private static let issuers = [TestIssuer.secret, .rsa, .p256, .ed25519]
    private let claims = #"{"sub":"ann","exp":1900000000}"#

    @Test(arguments: issuers) func token_OfItsKey_Counts(issuer: TestIssuer) async throws {
        let server = try TestVerifier(issuer.keyFile)
        let claims = try await server.verify(issuer.token(claims)).get()
        #expect(claims.subject == "ann")
        // A key that is alone in its file may be called anything.
        #expect(try await server.verify(issuer.token(kid: "any", self.claims)).claims == claims)
    }

    @Test(arguments: issuers) func tokenOfAnotherKey_IsRefused(issuer: TestIssuer) async throws {
        let other: TestIssuer =
            switch issuer.key {
            case .secret: TestIssuer(key: .secret(Array(repeating: 8, count: 32)))
            case .rsa: TestIssuer(key: .rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048)))
            case .p256: TestIssuer(key: .p256(P256.Signing.PrivateKey()))
            case .ed25519: TestIssuer(key: .ed25519(Curve25519.Signing.PrivateKey()))
            }
        let server = try TestVerifier(issuer.keyFile)
        #expect(try await server.verify(other.token(claims)).refusal == .badSignature)
    }

    @Test(arguments: issuers) func changedToken_IsRefused(issuer: TestIssuer) async throws {
        let server = try TestVerifier(issuer.keyFile)
        let token = try issuer.token(claims)
        let parts = token.split(separator: ".").map(String.init)
        let forged = base64URL(Data(claims.replacing("ann", with: "bob").utf8))
        #expect(try await server.verify("\(parts[0]).\(forged).\(parts[2])").refusal == .badSignature)
        for index in stride(from: 0, to: token.count, by: 7) {
            var changed = Array(token)
            changed[index] = changed[index] == "A" ? "B" : "A"
            #expect(try await server.verify(String(changed)).claims == nil, "\(index)")
        }
        for signature in ["", "AA", parts[2] + "AAAA"] {
            #expect(try await server.verify("\(parts[0]).\(parts[1]).\(signature)").refusal == .badSignature)
        }
    }

    /// RFC 8725, section 2.1: a token does not choose how it is verified.
    @Test(arguments: issuers) func otherAlgorithm_IsRefused(issuer: TestIssuer) async throws {
        let server = try TestVerifier(issuer.keyFile)
        let names = [
            "none", "None", "NONE", "", "HS256", "HS512", "RS256", "RS512", "PS256", "ES256", "ES384", "EdDSA",
        ]
        for name in names where name != issuer.algorithm {
            let token = try issuer.token(header: #"{"alg":"\#(name)"}"#, claims)
            #expect(try await server.verify(token).refusal == .wrongAlgorithm, "\(name)")
        }
        let header = base64URL(Data(#"{"alg":"none"}"#.utf8))
        let unsigned = "\(header).\(base64URL(Data(claims.utf8)))."
        #expect(try await server.verify(unsigned).refusal == .wrongAlgorithm)
    }

    /// The public key, which everybody may have, taken for a secret.
    @Test(arguments: issuers.dropFirst()) func publicKey_IsNoSecret(issuer: TestIssuer) async throws {
        let server = try TestVerifier(issuer.keyFile)
        let pem = String(decoding: issuer.keyFile, as: UTF8.self)
        for secret in [pem, pem + "\n", pem.trimmingCharacters(in: .newlines)] {
            let token = try TestIssuer(key: .secret(Array(secret.utf8))).token(claims)
            #expect(try await server.verify(token).refusal == .wrongAlgorithm)
        }
    }

    /// RFC 7515, appendix A.1: a token of somebody else's making. It has no `sub`, which is looked for after the signature.
    @Test func tokenOfTheRFC_IsVerified() async throws {
        let secret = try #require(
            Base64.bytes(
                urlText: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"))
        let token =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        let server = try TestVerifier(secret)
        #expect(try await server.verify(token).refusal == .missingClaim("sub"))
        #expect(try await server.verify(token.dropLast() + "A").refusal != .missingClaim("sub"))
    }

    /// RFC 7515, appendix A.3, and RFC 8037, appendix A.4. The first has expired; the second is signed, and no claims.
    @Test(arguments: [
        (
            #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
            "eyJhbGciOiJFUzI1NiJ9"
                + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
                + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
        (
            #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
                + ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        ),
    ])
    func tokensOfTheRFCs_AreSignedByTheirKeys(key: String, token: String) async throws {
        let server = try TestVerifier(Array(#"{"keys":[\#(key)]}"#.utf8))
        let refusal = try await server.verify(token).refusal
        #expect(refusal != .badSignature && refusal != .wrongAlgorithm, "\(String(describing: refusal))")
        let index = token.index(token.endIndex, offsetBy: -20)
        let other = token[index] == "A" ? "B" : "A"
        #expect(
            try await server.verify(token[..<index] + other + token[token.index(after: index)...]).refusal
                == .badSignature)
    }

    @Test(arguments: [
        "", ".", "..", "a.b", "a.b.c", "a.b.c.d", "e30.e30.", "e30.e30.e30.e30",
        base64URL(Data(#"{"alg":1}"#.utf8)) + ".e30.AA", base64URL(Data("[]".utf8)) + ".e30.AA",
    ])
    func otherText_IsNoJWT(text: String) async throws {
        let server = try TestVerifier(TestIssuer.secret.keyFile)
        #expect(try await server.verify(text).refusal == .notJWT)
        #expect(server.verifier.cached(text) == nil)
    }

    /// Each token has one text: none can be changed and still count.
    @Test func paddedOrLooseBase64_IsRefused() async throws {
        let server = try TestVerifier(TestIssuer.secret.keyFile)
        let token = try TestIssuer.secret.token(claims)
        for other in [token + "=", token + "\n", " " + token, token.replacing(".", with: "=.")] {
            #expect(try await server.verify(other).refusal == .notJWT)
        }
        // 32 bytes leave two bits in the last character.
        let last = try #require(token.last)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let twin = alphabet[try #require(alphabet.firstIndex(of: last)) + 1]
        #expect(try await server.verify(token.dropLast() + String(twin)).refusal == .notJWT)
    }

    @Test func longToken_AndUnknownExtension_AreRefused() async throws {
        let server = try TestVerifier(TestIssuer.secret.keyFile)
        let long = try TestIssuer.secret.token(
            #"{"sub":"ann","exp":1900000000,"x":"\#(String(repeating: "x", count: 6100))"}"#)
        #expect(try await server.verify(long).refusal == .tooLong(limit: 8192))
        let critical = try TestIssuer.secret.token(header: #"{"alg":"HS256","crit":["b64"],"b64":false}"#, claims)
        #expect(try await server.verify(critical).refusal == .unknownExtension)
    }
}
