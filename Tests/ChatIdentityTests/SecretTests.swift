import ChatIdentity
import Foundation
import Testing

@Suite struct SecretTests {
    @Test(arguments: Secret.Kind.allCases) func secret_ShowsWhatItIs_AndIsReadBack(kind: Secret.Kind) throws {
        let secret = Secret.random(kind)
        #expect(secret.text.hasPrefix(kind.rawValue))
        #expect(secret.text.wholeMatch(of: /rc[stil]_[A-Za-z0-9_-]{43}/) != nil)
        let read = try #require(Secret(secret.text))
        #expect(read.kind == kind)
        #expect(read.hash == secret.hash)
    }

    @Test func secrets_AreAllDifferent() {
        #expect(Set((0..<1000).map { _ in Secret.random(.token).hash }).count == 1000)
    }

    @Test(arguments: [
        "", "rct_", "rct_AAAA", String(repeating: "A", count: 47), "rcx_" + String(repeating: "A", count: 43),
        "rct_" + String(repeating: "A", count: 44), "rct_" + String(repeating: "A", count: 42) + "+",
        "rct_" + String(repeating: "A", count: 42) + "=", "RCT_" + String(repeating: "A", count: 43),
        // The last character has bits that no byte has.
        "rct_" + String(repeating: "A", count: 42) + "B",
    ])
    func otherText_IsNoSecret(text: String) {
        #expect(Secret(text) == nil)
    }

    @Test func logs_ShowOnlyTheKind() {
        #expect("\(Secret.random(.session))" == "rcs_…")
        #expect(String(reflecting: Secret.random(.session)) == "rcs_…")
    }

    /// The same letters under another kind are another secret.
    @Test func kind_IsPartOfTheHash() throws {
        let token = Secret.random(.token)
        let session = try #require(Secret("rcs_" + token.text.dropFirst(4)))
        #expect(session.hash != token.hash)
    }

    /// From `printf rct_AAAA… | openssl sha256`.
    @Test func hash_IsSHA256OfTheText() throws {
        let secret = try #require(Secret("rct_" + String(repeating: "A", count: 43)))
        let hexadecimal = secret.hash.bytes.map { String(format: "%02x", $0) }.joined()
        #expect(hexadecimal == "1c0e37eff2f8a4fd184a1d09c7706375d9b577db4c0522ba99ce4cb324d71eb1")
    }

    @Test func hash_IsReadBack() throws {
        let hash = Secret.random(.invite).hash
        #expect(SecretHash(bytes: hash.bytes) == hash)
        #expect(SecretHash(hash.description) == hash)
        #expect(try JSONDecoder().decode([SecretHash].self, from: JSONEncoder().encode([hash])) == [hash])
        #expect(SecretHash(bytes: Array(hash.bytes.dropLast())) == nil)
        #expect(SecretHash(String(hash.description.dropLast())) == nil)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([SecretHash].self, from: Data(#"["x"]"#.utf8)) }
    }

    @Test(arguments: 0..<32) func hash_DiffersWhereverAByteDoes(index: Int) throws {
        let hash = Secret.random(.token).hash
        var bytes = hash.bytes
        bytes[index] ^= 1
        #expect(SecretHash(bytes: bytes) != hash)
    }
}
