internal import Chat
internal import ChatIdentity
internal import MicroHTTPD

/// People of somebody else's login: whoever shows a JSON Web Token (RFC 7519) that its issuer has signed.
struct JWTSignIn: Sendable {
    private let verifier: JWTVerifier

    init(_ verifier: JWTVerifier) {
        self.verifier = verifier
    }

    func identify(_ token: String) throws(Problem) -> IdentityResolver.Identification {
        if let claims = verifier.cached(token) { return .known(try Self.asker(of: claims)) }
        return .checking { [verifier] completion in
            do throws(BusyError) {
                try verifier.verify(token) { result in
                    completion(
                        result.mapError { refusal in
                            Problem(401, "bad_credential", "The token does not count: \(refusal.reason).")
                                .with(IdentityResolver.challenge)
                        }.flatMap { claims in
                            Result { () throws(Problem) in try Self.asker(of: claims) }
                        })
                }
            } catch {
                completion(.failure(Problem(503, "busy", error.reason).with(Header("Retry-After", "3"))))
            }
        }
    }

    /// The name is the issuer's to give; so it may be an account's, and is shown as no guest's. What it may do goes by its
    /// subject alone.
    private static func asker(of claims: JWTClaims) throws(Problem) -> Asker {
        let sender = try Problem.converting { () throws(ChatError) in
            try Sender.foreign(claims.subject, named: claims.name ?? claims.subject)
        }
        var rooms: [RoomName: ForeignRights.Right] = [:]
        for (room, grant) in claims.rooms ?? [:] where room != .every { rooms[room] = right(grant) }
        // Without the claim a token is for all public rooms.
        let elsewhere = claims.rooms == nil ? .write : claims.rooms?[.every].map(right)
        // As long as it passes, it counts.
        let end = claims.expiresAt + JWTVerifier.leeway
        return Asker(sender, by: .foreign(ForeignRights(rooms: rooms, elsewhere: elsewhere)), until: end)
    }

    private static func right(_ grant: RoomGrant) -> ForeignRights.Right {
        switch grant {
        case .read: .read
        case .write: .write
        }
    }
}
