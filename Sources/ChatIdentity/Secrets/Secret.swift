/// Random text that is enough to be somebody: who shows it, is let in. It is given out once, and only its hash is kept.
public struct Secret: Sendable, CustomStringConvertible {
    /// What it lets in, and the letters that such a secret begins with: whoever finds one, by eye or by a scanner of leaked
    /// secrets, sees what it is.
    public enum Kind: String, CaseIterable, Sendable {
        case session = "rcs_"
        case token = "rct_"
        case invite = "rci_"
        /// For signing in once.
        case link = "rcl_"
    }

    public let kind: Kind

    /// The kind's four letters, and 256 bits as 43 of base64url.
    public let text: String

    /// From the system's random numbers. Any thread.
    public static func random(_ kind: Kind) -> Secret {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return Secret(kind: kind, text: kind.rawValue + Base64.urlText(bytes))
    }

    private init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }

    /// A secret that somebody shows; `nil` for what none looks like. Whether it lets in, its hash tells.
    public init?(_ text: String) {
        guard text.utf8.count == 47, let kind = Kind(rawValue: String(text.prefix(4))),
            Base64.bytes(urlText: text.dropFirst(4))?.count == 32
        else { return nil }
        self.init(kind: kind, text: text)
    }

    public var hash: SecretHash { SecretHash(self) }

    /// Only the kind: what is written to a log or put into an error lets nobody in.
    public var description: String { kind.rawValue + "…" }
}
