public import Chat

/// A guest's session: who a guest is to this server until then, without anything kept here. The guest's browser keeps it, as
/// a cookie that `GuestSigner` signs.
public struct SignedGuest: Hashable, Sendable {
    /// As `Sender` has checked it.
    public let name: String

    /// 128 random bits as 22 characters of base64url: tells this session from others of the same name.
    public let session: String

    /// To the second.
    public let expiresAt: Timestamp

    /// A new session, under a name that `Sender` has checked.
    public init(named name: String, expiresAt: Timestamp) {
        var generator = SystemRandomNumberGenerator()
        let session = (0..<Self.sessionSize).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        self.init(named: name, session: Base64.urlText(session), expiresAt: expiresAt)
    }

    /// The same session later on: under another name, or for longer.
    public init(continuing guest: SignedGuest, named name: String, expiresAt: Timestamp) {
        self.init(named: name, session: guest.session, expiresAt: expiresAt)
    }

    private init(named name: String, session: String, expiresAt: Timestamp) {
        self.name = name
        self.session = session
        self.expiresAt = Timestamp(millisecondsSince1970: expiresAt.millisecondsSince1970 / 1000 * 1000)
    }

    private static var sessionSize: Int { 16 }

    /// Session, expiry as seconds since 1970 in 8 bytes, the highest first, and the name in UTF-8.
    var bytes: [UInt8] {
        let seconds = UInt64(bitPattern: expiresAt.millisecondsSince1970 / 1000)
        return Base64.bytes(urlText: session)! + (0..<8).map { UInt8(truncatingIfNeeded: seconds >> (56 - 8 * $0)) }
            + Array(name.utf8)
    }

    /// Of bytes that were signed here.
    init?(bytes: [UInt8]) {
        guard bytes.count >= Self.sessionSize + 8,
            let name = String(validating: bytes[(Self.sessionSize + 8)...], as: UTF8.self)
        else { return nil }
        let seconds = bytes[Self.sessionSize..<(Self.sessionSize + 8)].reduce(0 as Int64) { $0 << 8 | Int64($1) }
        let (milliseconds, isTooLate) = seconds.multipliedReportingOverflow(by: 1000)
        guard !isTooLate else { return nil }
        self.init(
            named: name, session: Base64.urlText(bytes[..<Self.sessionSize]),
            expiresAt: Timestamp(millisecondsSince1970: milliseconds))
    }
}
