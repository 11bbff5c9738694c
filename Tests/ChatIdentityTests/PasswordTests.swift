import Foundation
import Testing

@testable import ChatIdentity

@Suite struct PasswordTests {
    private let cheap = PasswordCost(logN: 4, blockSize: 8, parallelism: 1)!

    @Test func password_IsTheSameFromEachKeyboard() throws {
        let bytes = try Password("pässword 1").bytes
        #expect(try Password("pa\u{308}ssword 1").bytes == bytes)
        #expect(try Password("pässword\u{a0}1").bytes == bytes)
        #expect(try Password("pässword\u{3000}1").bytes == bytes)
        #expect(try Password("Pässword 1").bytes != bytes)
    }

    @Test(
        arguments: [
            ("1234567", .tooShort(bytes: 7, minimum: 8)), ("", .tooShort(bytes: 0, minimum: 8)),
            (String(repeating: "ä", count: 129), .tooLong(bytes: 258, limit: 256)),
            ("12345678\n", .controlCharacter), ("1234\u{0}5678", .controlCharacter),
        ] as [(String, PasswordError)])
    func otherText_IsNoPassword(given: String, error: PasswordError) {
        #expect(#expect(throws: PasswordError.self) { try Password(given) } == error)
    }

    @Test func bounds_AreAllowed() throws {
        #expect(try Password("12345678").bytes.count == 8)
        #expect(try Password(String(repeating: "ä", count: 128)).bytes.count == 256)
        #expect("\(try Password("12345678"))" == "a password")
        #expect(PasswordError.tooShort(bytes: 7, minimum: 8).reason == "it has 7 bytes, at least 8 are needed")
    }

    /// RFC 7914, section 12.
    @Test func hash_IsScrypt() throws {
        let text =
            "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$"
            + "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw"
        let hash = try #require(PasswordHash(text))
        #expect(hash.text == text)
        #expect(hash.matches(try Password("pleaseletmein")))
    }

    @Test func text_IsReadBack() throws {
        let password = try Password("correct horse")
        let hash = PasswordHash(of: password, cost: cheap)
        #expect(hash.text.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        let read = try #require(PasswordHash(hash.text))
        #expect(read == hash)
        #expect(read.matches(password))
        #expect(!read.matches(try Password("correct house")))
        #expect(try JSONDecoder().decode([PasswordHash].self, from: JSONEncoder().encode([hash])) == [hash])
    }

    @Test func salt_IsItsOwn() throws {
        let password = try Password("correct horse")
        #expect(PasswordHash(of: password, cost: cheap).text != PasswordHash(of: password, cost: cheap).text)
    }

    @Test(arguments: [
        "", "$", "$scrypt$", "$argon2id$ln=4,r=8,p=1$SALT$HASH", "$scrypt$ln=4,r=8$SALT$HASH",
        "$scrypt$ln=4,r=8,p=1,x=1$SALT$HASH", "$scrypt$r=8,ln=4,p=1$SALT$HASH", "$scrypt$ln=04,r=8,p=1$SALT$HASH",
        "$scrypt$ln=+4,r=8,p=1$SALT$HASH", "$scrypt$ln=0,r=8,p=1$SALT$HASH", "$scrypt$ln=18,r=8,p=1$SALT$HASH",
        "$scrypt$ln=17,r=8,p=1$SALT$HASH", "$scrypt$ln=4,r=0,p=1$SALT$HASH", "$scrypt$ln=4,r=17,p=1$SALT$HASH",
        "$scrypt$ln=4,r=8,p=5$SALT$HASH", "$scrypt$ln=16,r=1,p=1$SALT$HASH", "$scrypt$ln=-4,r=8,p=1$SALT$HASH",
        "$scrypt$ln=4,r=8,p=1$SALT$HASH$", "$scrypt$ln=4,r=8,p=1$AAAA$HASH", "$scrypt$ln=4,r=8,p=1$SALT$AAAA",
        "$scrypt$ln=4,r=8,p=1$SALT=$HASH", "$scrypt$ln=4,r=8,p=1$SALT$HA!H",
    ])
    func otherText_IsNoHash(text: String) {
        let text = text.replacing("SALT", with: "AAAAAAAAAAAAAAAAAAAAAA").replacing(
            "HASH", with: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        #expect(PasswordHash(text) == nil)
    }

    /// What passes the bounds can be computed: a hash from elsewhere does not stop the server.
    @Test func eachAllowedCost_Works() throws {
        let password = try Password("correct horse")
        for (logN, blockSize, parallelism) in [(1, 1, 1), (1, 1, 4), (1, 16, 1), (1, 16, 4), (15, 1, 1), (6, 3, 3)] {
            let cost = try #require(PasswordCost(logN: logN, blockSize: blockSize, parallelism: parallelism))
            #expect(PasswordHash(of: password, cost: cost).matches(password))
        }
    }

    @Test func todaysCost_Takes32MiB() {
        #expect((128 * PasswordCost.today.blockSize) << PasswordCost.today.logN == 32 << 20)
    }
}
