import Crypto
import Foundation

/// What NATS' own tool `nsc` would make: an operator, an account with JetStream, and a user with a file of credentials. Keys and JWTs are
/// as https://github.com/nats-io/nkeys and https://github.com/nats-io/jwt say.
struct NATSOperator {
    /// For the server's configuration.
    let configuration: String
    /// The content of a `.creds` file.
    let credentials: String

    private enum Kind: UInt8 {
        case `operator` = 0x70
        case account = 0
        case user = 0xa0
        case seed = 0x90
    }

    init() throws {
        let (authority, account, user) = (
            Curve25519.Signing.PrivateKey(), Curve25519.Signing.PrivateKey(), Curve25519.Signing.PrivateKey()
        )
        let operatorJWT = try Self.token(
            of: (authority, .operator), by: (authority, .operator), nats: ["type": "operator", "version": 2])
        let limits: [String: Any] = [
            "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1,
            "leaf": -1,
            "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1,
        ]
        let accountJWT = try Self.token(
            of: (account, .account), by: (authority, .operator),
            nats: ["type": "account", "version": 2, "limits": limits])
        // JetStream needs an account that the servers themselves use.
        let system = Curve25519.Signing.PrivateKey()
        let systemJWT = try Self.token(
            of: (system, .account), by: (authority, .operator), nats: ["type": "account", "version": 2])
        let userJWT = try Self.token(
            of: (user, .user), by: (account, .account),
            nats: ["type": "user", "version": 2, "subs": -1, "data": -1, "payload": -1, "pub": [:], "sub": [:]])
        configuration = """
            operator: \(operatorJWT)
            resolver: MEMORY
            system_account: \(Self.name(system, .account))
            resolver_preload: {
              \(Self.name(account, .account)): \(accountJWT)
              \(Self.name(system, .account)): \(systemJWT)
            }

            """
        credentials = """
            -----BEGIN NATS USER JWT-----
            \(userJWT)
            ------END NATS USER JWT------

            -----BEGIN USER NKEY SEED-----
            \(Self.seed(user, .user))
            ------END USER NKEY SEED------

            """
    }

    private static func token(
        of subject: (Curve25519.Signing.PrivateKey, Kind), by issuer: (Curve25519.Signing.PrivateKey, Kind),
        nats: [String: Any]
    ) throws -> String {
        let header: [String: Any] = ["typ": "JWT", "alg": "ed25519-nkey"]
        let claims: [String: Any] = [
            "jti": UUID().uuidString, "iat": Int(Date.now.timeIntervalSince1970), "iss": name(issuer.0, issuer.1),
            "name": "test", "sub": name(subject.0, subject.1), "nats": nats,
        ]
        let body = try [header, claims].map { base64URL(try JSONSerialization.data(withJSONObject: $0)) }
            .joined(separator: ".")
        return try body + "." + base64URL(issuer.0.signature(for: Data(body.utf8)))
    }

    private static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    private static func name(_ key: Curve25519.Signing.PrivateKey, _ kind: Kind) -> String {
        checked([kind.rawValue] + key.publicKey.rawRepresentation)
    }

    private static func seed(_ key: Curve25519.Signing.PrivateKey, _ kind: Kind) -> String {
        checked(
            [Kind.seed.rawValue | kind.rawValue >> 5, (kind.rawValue & 31) << 3] + key.rawRepresentation)
    }

    /// With a CRC-16 (XMODEM), in base 32.
    private static func checked(_ bytes: [UInt8]) -> String {
        var crc: UInt16 = 0
        for byte in bytes {
            crc ^= UInt16(byte) << 8
            for _ in 0..<8 { crc = crc & 0x8000 != 0 ? crc << 1 ^ 0x1021 : crc << 1 }
        }
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (text, bits, count) = ("", 0, 0)
        for byte in bytes + [UInt8(crc & 0xff), UInt8(crc >> 8)] {
            bits = bits << 8 | Int(byte)
            count += 8
            while count >= 5 {
                text.append(letters[bits >> (count - 5) & 31])
                count -= 5
            }
            bits &= (1 << count) - 1
        }
        if count > 0 { text.append(letters[bits << (5 - count) & 31]) }
        return text
    }
}
