internal import Foundation

/// A token as it is written (RFC 7515, section 7.1), taken apart and not yet believed.
struct JWT {
    /// Bytes in the longest token that is read: room for some two hundred rooms, and more than most servers take in a header.
    static let maximumLength = 8192

    let algorithm: String
    /// `kid`.
    let keyIdentifier: String?
    /// JSON, as its issuer wrote it.
    let payload: [UInt8]
    let signature: [UInt8]
    /// What the signature is of.
    let signed: [UInt8]

    init(_ token: String) throws(JWTRefusal) {
        guard token.utf8.count <= Self.maximumLength else { throw .tooLong(limit: Self.maximumLength) }
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Substring.init)
        guard parts.count == 3, let headerBytes = Base64.bytes(urlText: parts[0]),
            let payload = Base64.bytes(urlText: parts[1]), let signature = Base64.bytes(urlText: parts[2]),
            let header = try? JSONDecoder().decode(Header.self, from: Data(headerBytes))
        else { throw .notJWT }
        // RFC 7515, section 4.1.11: who does not understand one of them must refuse the token.
        guard !header.hasExtensions else { throw .unknownExtension }
        algorithm = header.alg
        keyIdentifier = header.kid
        self.payload = payload
        self.signature = signature
        signed = Array(token.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
    }

    private struct Header: Decodable {
        let alg: String
        let kid: String?
        let hasExtensions: Bool

        private enum CodingKeys: CodingKey { case alg, kid, crit }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            alg = try container.decode(String.self, forKey: .alg)
            kid = try container.decodeIfPresent(String.self, forKey: .kid)
            hasExtensions = container.contains(.crit)
        }
    }
}
