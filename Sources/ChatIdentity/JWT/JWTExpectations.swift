/// What a token must say beside whom it is of.
public struct JWTExpectations: Hashable, Sendable {
    /// Is to be `aud`, or in its list. Where it is `nil`, `aud` is not looked at: then the key alone tells whom its tokens are
    /// for.
    public let audience: String?
    /// Is to be `iss`.
    public let issuer: String?

    public init(audience: String? = nil, issuer: String? = nil) {
        self.audience = audience
        self.issuer = issuer
    }
}
