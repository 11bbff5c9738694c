import Chat
import Foundation
import Testing

@testable import ChatIdentity

@Suite struct JWTClaimsTests {
    private let issuer = TestIssuer.secret

    private func server(audience: String? = nil, issuer name: String? = nil) throws -> TestVerifier {
        try TestVerifier(issuer.keyFile, expecting: JWTExpectations(audience: audience, issuer: name))
    }

    private func result(_ claims: String, _ server: TestVerifier? = nil) async throws -> Result<JWTClaims, JWTRefusal> {
        try await (server ?? self.server()).verify(issuer.token(claims))
    }

    @Test func claims_AreRead() async throws {
        let claims = try await result(
            #"{"sub":"42","name":"Ann Lee","exp":1900000000.5,"rooms":["Lobby","röm"],"admin":true,"iat":1}"#
        ).get()
        #expect(claims.subject == "42")
        #expect(claims.name == "Ann Lee")
        #expect(claims.expiresAt.millisecondsSince1970 == 1_900_000_000_500)
        #expect(claims.rooms == [.lobby: .write, try RoomName("röm"): .write])
        let least = try await result(#"{"sub":"42","exp":1900000000,"name":null}"#).get()
        #expect(least.name == nil)
        #expect(least.rooms == nil)
    }

    @Test func rooms_AreGrantedEach_OrAllAtOnce() async throws {
        let (lobby, news) = (RoomName.lobby, try RoomName("news"))
        func grants(_ rooms: String) async throws -> [RoomGrant?] {
            let claims = try await result(#"{"sub":"a","exp":1900000000,"rooms":\#(rooms)}"#).get()
            return [claims.grant(in: lobby), claims.grant(in: news)]
        }
        #expect(try await grants(#"["lobby"]"#) == [.write, nil])
        #expect(try await grants("[]") == [nil, nil])
        #expect(try await grants("{}") == [nil, nil])
        #expect(try await grants(#"["*"]"#) == [.write, .write])
        #expect(try await grants(#"{"lobby":"read","news":"write"}"#) == [.read, .write])
        #expect(try await grants(#"{"*":"read","news":"write"}"#) == [.read, .write])
        #expect(try await grants(#"{"*":"write","news":"read"}"#) == [.write, .read])
        // Two spellings of one room.
        #expect(try await grants(#"{"LOBBY":"write","lobby":"read","Lobby":"write"}"#) == [.read, nil])
    }

    @Test(
        arguments: [
            (#"{"exp":1900000000}"#, .missingClaim("sub")), (#"{"sub":"a"}"#, .missingClaim("exp")),
            (#"{"sub":null,"exp":1900000000}"#, .missingClaim("sub")),
            (#"{"sub":"a","exp":"1900000000"}"#, .badClaim("exp", expected: "a time in seconds since 1970")),
            (#"{"sub":"a","exp":1e300}"#, .badClaim("exp", expected: "a time in seconds since 1970")),
            (#"{"sub":"a","exp":-1}"#, .badClaim("exp", expected: "a time in seconds since 1970")),
            (#"{"sub":"a","exp":1900000000,"nbf":true}"#, .badClaim("nbf", expected: "a time in seconds since 1970")),
            (#"{"sub":7,"exp":1900000000}"#, .badClaim("sub", expected: "text")),
            (#"{"sub":"a","exp":1900000000,"name":7}"#, .badClaim("name", expected: "text")),
            (#"{"sub":"a","exp":1900000000,"iss":7}"#, .badClaim("iss", expected: "text")),
            (#"{"sub":"a","exp":1900000000,"aud":[7]}"#, .badClaim("aud", expected: "text or a list of texts")),
            ("[]", .notJWT), ("7", .notJWT), ("", .notJWT), ("{", .notJWT),
        ] as [(String, JWTRefusal)])
    func badClaim_IsRefused(claims: String, refusal: JWTRefusal) async throws {
        #expect(try await result(claims).refusal == refusal)
    }

    @Test(arguments: ["", String(repeating: "x", count: 129), String(repeating: "ä", count: 65), #"a\nb"#, #"\u0000"#])
    func badSubject_IsRefused(subject: String) async throws {
        guard case .badClaim("sub", _) = try await result(#"{"sub":"\#(subject)","exp":1900000000}"#).refusal else {
            Issue.record("\(subject)")
            return
        }
    }

    @Test(arguments: [
        #""lobby""#, "7", "[7]", #"["a b"]"#, #"[""]"#, #"{"lobby":"admin"}"#, #"{"lobby":true}"#, #"{"a b":"read"}"#,
        #"["lobby",{}]"#,
    ])
    func badRooms_AreRefused(rooms: String) async throws {
        guard case .badClaim("rooms", _) = try await result(#"{"sub":"a","exp":1900000000,"rooms":\#(rooms)}"#).refusal
        else {
            Issue.record("\(rooms)")
            return
        }
    }

    @Test func expiredToken_IsRefused_AfterTheLeeway() async throws {
        let server = try server()
        let token = try issuer.token(#"{"sub":"a","exp":\#(server.now + 60)}"#)
        server.clock.pass(seconds: 89.9)
        #expect(try await server.verify(token).claims != nil)
        #expect(server.verifier.cached(token) != nil)
        server.clock.pass(seconds: 0.1)
        #expect(server.verifier.cached(token) == nil)
        let refusal = try await server.verify(token).refusal
        #expect(refusal == .expired(at: Timestamp(millisecondsSince1970: (server.now - 30) * 1000)))
        #expect(refusal?.reason == "it has expired at 2027-01-15T08:17:40.000Z")
    }

    @Test func earlyToken_IsRefused_BeforeTheLeeway() async throws {
        let server = try server()
        let start = server.now + 60
        let token = try issuer.token(#"{"sub":"a","exp":1900000000,"nbf":\#(start)}"#)
        server.clock.pass(seconds: 29.9)
        #expect(
            try await server.verify(token).refusal
                == .notYetValid(before: Timestamp(millisecondsSince1970: start * 1000)))
        server.clock.pass(seconds: 0.1)
        #expect(try await server.verify(token).claims != nil)
    }

    @Test func audience_IsOneOfTheTokens() async throws {
        let server = try server(audience: "chat")
        func refusal(_ audience: String) async throws -> JWTRefusal? {
            try await result(#"{"sub":"a","exp":1900000000\#(audience)}"#, server).refusal
        }
        #expect(try await refusal(#","aud":"chat""#) == nil)
        #expect(try await refusal(#","aud":["mail","chat"]"#) == nil)
        #expect(try await refusal(#","aud":"Chat""#) == .wrongAudience)
        #expect(try await refusal(#","aud":["mail"]"#) == .wrongAudience)
        #expect(try await refusal(#","aud":[]"#) == .wrongAudience)
        #expect(try await refusal("") == .wrongAudience)
        #expect(try await result(#"{"sub":"a","exp":1900000000,"aud":"mail"}"#).refusal == nil)
    }

    @Test func issuer_IsTheOneThatIsTrusted() async throws {
        let server = try server(issuer: "https://id.example")
        func refusal(_ issuer: String) async throws -> JWTRefusal? {
            try await result(#"{"sub":"a","exp":1900000000\#(issuer)}"#, server).refusal
        }
        #expect(try await refusal(#","iss":"https://id.example""#) == nil)
        #expect(try await refusal(#","iss":"https://id.example/""#) == .wrongIssuer)
        #expect(try await refusal("") == .wrongIssuer)
    }
}
