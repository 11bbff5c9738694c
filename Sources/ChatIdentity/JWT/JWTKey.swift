internal import JWTKit

/// A key that tokens are verified with, bound to the one algorithm that it is for (RFC 8725, section 3.1): what a token says
/// of its algorithm never chooses how it is verified.
struct JWTKey: Sendable {
    enum Algorithm: String {
        case hs256 = "HS256"
        case rs256 = "RS256"
        case es256 = "ES256"
        case edDSA = "EdDSA"
    }

    /// `kid`; `nil` for a key that is alone in its file.
    let identifier: String?
    let algorithm: Algorithm
    private let verifier: any JWTAlgorithm

    init(secret: [UInt8]) throws {
        try self.init(.hs256, nil) { await $0.add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256) }
    }

    init(rsa key: Insecure.RSA.PublicKey, identifier: String?) throws {
        try self.init(.rs256, identifier) { await $0.add(rsa: key, digestAlgorithm: .sha256) }
    }

    init(p256 key: ES256PublicKey, identifier: String?) throws {
        try self.init(.es256, identifier) { await $0.add(ecdsa: key) }
    }

    init(ed25519 key: EdDSA.PublicKey, identifier: String?) throws {
        try self.init(.edDSA, identifier) { await $0.add(eddsa: key) }
    }

    /// A collection of jwt-kit's is an actor, takes its first key for a `kid` that it does not know, and does not look at
    /// `alg`. So each key is in one of its own, which is asked for the algorithm once, and the rest is decided here.
    private init(
        _ algorithm: Algorithm, _ identifier: String?,
        add: @escaping @Sendable (JWTKeyCollection) async -> Void
    ) throws {
        verifier = try ActorThread.wait { () -> Result<any JWTAlgorithm, any Error> in
            let collection = JWTKeyCollection()
            await add(collection)
            do {
                return .success(try await collection.getKey())
            } catch {
                return .failure(error)
            }
        }.get()
        self.algorithm = algorithm
        self.identifier = identifier
    }

    /// Takes up to some tenths of a millisecond.
    func isValid(_ signature: [UInt8], for bytes: [UInt8]) -> Bool {
        (try? verifier.verify(signature, signs: bytes)) ?? false
    }
}
