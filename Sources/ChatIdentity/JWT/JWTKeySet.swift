internal import Crypto
internal import CryptoExtras
internal import Foundation

/// The keys of a file: a public key in PEM, a JWKS (RFC 7517), or else the bytes of a secret.
struct JWTKeySet: Sendable {
    let keys: [JWTKey]

    /// Bytes in a secret: as many as HS256's hash has (RFC 7518, section 3.2).
    static let minimumSecretLength = 32

    /// Waits for the keys to be made ready: for threads that may wait.
    init(file: [UInt8]) throws(JWTKeyError) {
        let text = String(decoding: file, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        do {
            if text.hasPrefix("-----BEGIN") {
                keys = [try Self.key(pem: text)]
            } else if text.hasPrefix("{") {
                keys = try Self.keys(jwks: text)
            } else {
                keys = [try Self.key(secret: file)]
            }
        } catch let error as JWTKeyError {
            throw error
        } catch {
            throw .unusableKey
        }
    }

    /// The key that a token names. Where it names none, the only one there is of its algorithm; a key that is alone in its
    /// file has no name, so that tokens may call it what they like.
    func key(identifier: String?, algorithm: String) throws(JWTRefusal) -> JWTKey {
        let candidates: [JWTKey]
        if let identifier {
            candidates = keys.filter { $0.identifier == identifier || ($0.identifier == nil && keys.count == 1) }
            guard !candidates.isEmpty else { throw .unknownKey }
        } else {
            candidates = keys
        }
        let fitting = candidates.filter { $0.algorithm.rawValue == algorithm }
        guard let key = fitting.first else { throw .wrongAlgorithm }
        guard fitting.count == 1 else { throw .noKeyNamed }
        return key
    }

    private static func key(pem: String) throws -> JWTKey {
        guard pem.components(separatedBy: "-----BEGIN").count == 2 else { throw JWTKeyError.severalKeys }
        guard !pem.contains("PRIVATE KEY-----") else { throw JWTKeyError.privateKey }
        if let key = try? P256.Signing.PublicKey(pemRepresentation: pem) { return JWTKey(p256: key, identifier: nil) }
        if let key = try? Curve25519.Signing.PublicKey(pemRepresentation: pem) {
            return JWTKey(ed25519: key, identifier: nil)
        }
        if let key = try? _RSA.Signing.PublicKey(pemRepresentation: pem) {
            return try JWTKey(rsa: key, identifier: nil)
        }
        throw JWTKeyError.unusableKey
    }

    private static func key(secret file: [UInt8]) throws -> JWTKey {
        // What everybody may know would be a secret (RFC 8725, section 2.1), were it taken for one.
        guard !isPublicKey(file) else { throw JWTKeyError.publicKeyNotPEM }
        var secret = file[...]
        // A line end is the editor's.
        if secret.last == 0x0a { secret.removeLast() }
        if secret.last == 0x0d { secret.removeLast() }
        guard secret.count >= minimumSecretLength else {
            throw JWTKeyError.secretTooShort(bytes: secret.count, minimum: minimumSecretLength)
        }
        return JWTKey(secret: Array(secret))
    }

    private static func isPublicKey(_ file: [UInt8]) -> Bool {
        if file.starts(with: Array("ssh-".utf8)) || file.starts(with: Array("ecdsa-".utf8)) { return true }
        return (try? P256.Signing.PublicKey(derRepresentation: file)) != nil
            || (try? Curve25519.Signing.PublicKey(derRepresentation: file)) != nil
            || (try? _RSA.Signing.PublicKey(derRepresentation: file)) != nil
    }

    private static func keys(jwks: String) throws -> [JWTKey] {
        guard let set = try? JSONDecoder().decode(JWKSet.self, from: Data(jwks.utf8)) else { throw JWTKeyError.notJWKS }
        let keys = try set.keys.filter(\.isForVerifying).compactMap { try $0.key() }
        guard !keys.isEmpty else { throw JWTKeyError.noUsableKey }
        let identifiers = keys.compactMap(\.identifier)
        guard keys.count == 1 || Set(identifiers).count == keys.count else { throw JWTKeyError.keysNotTold }
        return keys
    }
}
