public import Chat
internal import Crypto

/// Signs guests' sessions, and tells those that it signed from all others: HMAC-SHA256 (RFC 2104) under the server's secret.
public struct GuestSigner: Sendable {
    private let secret: SymmetricKey

    /// Bytes in the server's secret.
    public static let secretSize = 32

    /// Bytes in the longest text that is read. A name as `Sender` allows it takes some 420.
    public static let maximumTextLength = 512

    /// Part of what is signed, so that nothing else that is signed under the same secret passes for a guest.
    private static let label = Array("roomcast guest session 1".utf8) + [0]
    private static let prefix = "rcg_"

    /// - Parameter secret: `secretSize` bytes, which nobody else knows. `nil` for any other number.
    public init?(secret: [UInt8]) {
        guard secret.count == Self.secretSize else { return nil }
        self.secret = SymmetricKey(data: secret)
    }

    /// `rcg_`, what the guest is, `.` and the signature, both in base64url. Any thread.
    public func sign(_ guest: SignedGuest) -> String {
        let bytes = guest.bytes
        let signature = HMAC<SHA256>.authenticationCode(for: Self.label + bytes, using: secret)
        return Self.prefix + Base64.urlText(bytes) + "." + Base64.urlText(signature)
    }

    /// The guest of a text that was signed here, unless it has expired. Any thread.
    public func guest(in text: String, now: Timestamp) throws(SignedGuestError) -> SignedGuest {
        guard text.utf8.count <= Self.maximumTextLength, text.hasPrefix(Self.prefix) else { throw .malformed }
        let parts = text.dropFirst(Self.prefix.count).utf8
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Substring.init)
        guard parts.count == 2, let bytes = Base64.bytes(urlText: parts[0]),
            let signature = Base64.bytes(urlText: parts[1])
        else { throw .malformed }
        guard HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: Self.label + bytes, using: secret)
        else {
            throw .badSignature
        }
        guard let guest = SignedGuest(bytes: bytes) else { throw .malformed }
        guard now < guest.expiresAt else { throw .expired(at: guest.expiresAt) }
        return guest
    }
}

/// Why a guest's session does not count.
public enum SignedGuestError: Error, Hashable, Sendable {
    case malformed
    /// Changed, or signed under another secret.
    case badSignature
    case expired(at: Timestamp)

    /// In words that go on from "The guest's session does not count: ".
    public var reason: String {
        switch self {
        case .malformed: "it is none that a server gives out"
        case .badSignature: "this server did not sign it"
        case .expired(let time): "it has expired at \(time)"
        }
    }
}
