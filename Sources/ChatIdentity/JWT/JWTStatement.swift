internal import Chat
internal import Foundation

/// What a token says (RFC 7519, section 4.1), of which signature and key are already right.
struct JWTStatement {
    let claims: JWTClaims
    private let notBefore: Timestamp?
    private let audiences: [String]
    private let issuer: String?

    init(_ json: [UInt8]) throws(JWTRefusal) {
        do {
            self = try JSONDecoder().decode(Decoded.self, from: Data(json)).payload
        } catch let refusal as JWTRefusal {
            throw refusal
        } catch {
            throw .notJWT
        }
    }

    /// - Parameter leeway: by which the issuer's clock may be off.
    func check(_ expected: JWTExpectations, at now: Timestamp, leeway: Duration) throws(JWTRefusal) {
        guard now < claims.expiresAt + leeway else { throw .expired(at: claims.expiresAt) }
        if let notBefore, now < notBefore - leeway { throw .notYetValid(before: notBefore) }
        if let audience = expected.audience, !audiences.contains(audience) { throw .wrongAudience }
        if let issuer = expected.issuer, self.issuer != issuer { throw .wrongIssuer }
    }

    private init(_ container: Claims) throws {
        let subject = try container.required("sub", String.self, "text")
        guard (1...JWTClaims.maximumSubjectLength).contains(subject.utf8.count),
            !subject.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw JWTRefusal.badClaim(
                "sub", expected: "text of 1 to \(JWTClaims.maximumSubjectLength) bytes without control characters")
        }
        claims = JWTClaims(
            subject: subject, name: try container.optional("name", String.self, "text"),
            rooms: try container.optional("rooms", Rooms.self, Rooms.expected)?.grants,
            expiresAt: try container.required("exp", NumericDate.self, NumericDate.expected).timestamp)
        notBefore = try container.optional("nbf", NumericDate.self, NumericDate.expected)?.timestamp
        audiences = try container.optional("aud", Audience.self, "text or a list of texts")?.names ?? []
        issuer = try container.optional("iss", String.self, "text")
    }

    private struct Decoded: Decodable {
        let payload: JWTStatement

        init(from decoder: any Decoder) throws {
            payload = try JWTStatement(Claims(container: decoder.container(keyedBy: AnyKey.self)))
        }
    }

    /// Claims by name, with errors that say which is wrong.
    private struct Claims {
        let container: KeyedDecodingContainer<AnyKey>

        func optional<Value: Decodable>(_ name: String, _ type: Value.Type, _ expected: String) throws -> Value? {
            do {
                return try container.decodeIfPresent(type, forKey: AnyKey(name))
            } catch {
                throw JWTRefusal.badClaim(name, expected: expected)
            }
        }

        func required<Value: Decodable>(_ name: String, _ type: Value.Type, _ expected: String) throws -> Value {
            guard let value = try optional(name, type, expected) else { throw JWTRefusal.missingClaim(name) }
            return value
        }
    }

    /// Seconds since 1970, with or without a fraction, up to the year 9999.
    private struct NumericDate: Decodable {
        static let expected = "a time in seconds since 1970"

        let timestamp: Timestamp

        init(from decoder: any Decoder) throws {
            let seconds = try decoder.singleValueContainer().decode(Double.self)
            guard (0...253_402_300_799).contains(seconds) else { throw NotUnderstood() }
            timestamp = Timestamp(millisecondsSince1970: Int64(seconds * 1000))
        }
    }

    private struct Audience: Decodable {
        let names: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let name = try? container.decode(String.self) {
                names = [name]
            } else {
                names = try container.decode([String].self)
            }
        }
    }

    /// A list of rooms to read and write, or an object that says which of both for each.
    private struct Rooms: Decodable {
        static let expected = #"a list of rooms, or an object with "read" or "write" for each"#

        let grants: [RoomName: RoomGrant]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            var grants: [RoomName: RoomGrant] = [:]
            if let names = try? container.decode([String].self) {
                for name in names { grants[try Self.room(name)] = .write }
            } else {
                for (name, word) in try container.decode([String: String].self) {
                    guard let grant = RoomGrant(rawValue: word) else { throw NotUnderstood() }
                    let room = try Self.room(name)
                    // Two spellings of one room: the lesser of what they say, in whatever order they come.
                    grants[room] = grants[room] == .read ? .read : grant
                }
            }
            self.grants = grants
        }

        private static func room(_ name: String) throws -> RoomName {
            name == RoomName.every.text ? .every : try RoomName(name)
        }
    }

    private struct NotUnderstood: Error {}

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }
}
