import Chat
import Dispatch
import Foundation
import Testing

@testable import ChatIdentity

@Suite struct JWTVerifierTests {
    private let claims = #"{"sub":"ann","exp":1900000000}"#

    @Test func verifiedToken_IsRemembered_AndNoOther() async throws {
        let server = try TestVerifier(TestIssuer.p256.keyFile)
        let token = try TestIssuer.p256.token(claims)
        #expect(server.verifier.cached(token) == nil)
        let claims = try await server.verify(token).get()
        #expect(server.verifier.cached(token) == claims)
        #expect(server.verifier.cached(token + "A") == nil)
        let bad = try TestIssuer.rsa.token(self.claims)
        #expect(try await server.verify(bad).claims == nil)
        #expect(server.verifier.cached(bad) == nil)
        #expect(server.verifier.cachedCount == 1)
    }

    @Test func newKeys_AreTaken_AndOldOnesForgotten() async throws {
        let server = try TestVerifier(TestIssuer.p256.keyFile)
        let (old, new) = (try TestIssuer.p256.token(claims), try TestIssuer.ed25519.token(claims))
        #expect(try await server.verify(old).claims != nil)
        try server.replaceKeys(TestIssuer.ed25519.keyFile)
        // Looked at once a second.
        server.clock.pass(seconds: 0.9)
        #expect(try await server.verify(new).refusal == .wrongAlgorithm)
        #expect(server.verifier.cached(old) != nil)
        server.clock.pass(seconds: 0.1)
        #expect(try await server.verify(new).claims != nil)
        #expect(server.verifier.cached(old) == nil)
        #expect(try await server.verify(old).refusal == .wrongAlgorithm)
        #expect(server.reported == [.success(1)])
        server.clock.pass(seconds: 5)
        _ = try await server.verify(new)
        #expect(server.reported.count == 1)
    }

    /// Also who is only found in the cache, because all their tokens are.
    @Test func newKeys_AreTaken_WhereAllIsCached() async throws {
        let server = try TestVerifier(TestIssuer.p256.keyFile)
        let token = try TestIssuer.p256.token(claims)
        #expect(try await server.verify(token).claims != nil)
        try server.replaceKeys(TestIssuer.ed25519.keyFile)
        server.clock.pass(seconds: 1)
        _ = server.verifier.cached(token)
        for _ in 0..<1000 where server.verifier.cached(token) != nil {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(server.verifier.cached(token) == nil)
        #expect(server.reported == [.success(1)])
    }

    @Test func rotatedSet_TakesBothKeys() async throws {
        let (first, second) = (TestIssuer.p256, TestIssuer.ed25519)
        func set(_ keys: [String]) -> [UInt8] { Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8) }
        let server = try TestVerifier(set([first.jwk(kid: "1")]))
        #expect(try await server.verify(second.token(kid: "2", claims)).refusal == .unknownKey)
        try server.replaceKeys(set([first.jwk(kid: "1"), second.jwk(kid: "2")]))
        server.clock.pass(seconds: 1)
        #expect(try await server.verify(second.token(kid: "2", claims)).claims != nil)
        #expect(try await server.verify(first.token(kid: "1", claims)).claims != nil)
        #expect(server.reported == [.success(2)])
    }

    @Test func brokenFile_LeavesTheKeys_AndIsReportedOnce() async throws {
        let server = try TestVerifier(TestIssuer.p256.keyFile)
        let token = try TestIssuer.p256.token(claims)
        #expect(try await server.verify(token).claims != nil)
        try server.replaceKeys(Array("{".utf8))
        for _ in 0..<3 {
            server.clock.pass(seconds: 1)
            #expect(try await server.verify(token).claims != nil)
        }
        #expect(server.reported == [.failure(.notJWKS)])
        #expect(server.verifier.cached(token) != nil)
        try server.removeKeys()
        for _ in 0..<3 {
            server.clock.pass(seconds: 1)
            #expect(try await server.verify(token).claims != nil)
        }
        #expect(server.reported.last == .failure(.unreadable(reason: "No such file or directory")))
        try server.replaceKeys(TestIssuer.ed25519.keyFile)
        server.clock.pass(seconds: 1)
        #expect(try await server.verify(token).refusal == .wrongAlgorithm)
        #expect(server.reported.count == 3)
    }

    @Test func clockThatIsSetBack_DoesNotStopTheLooking() async throws {
        let server = try TestVerifier(TestIssuer.p256.keyFile)
        try server.replaceKeys(TestIssuer.ed25519.keyFile)
        server.clock.pass(seconds: -600)
        #expect(try await server.verify(TestIssuer.ed25519.token(claims)).claims != nil)
    }

    @Test func missingFile_IsAnError() {
        let error = #expect(throws: JWTKeyError.self) {
            try JWTVerifier(keyFile: "/nowhere/key.pem") { _ in }
        }
        #expect(error?.reason == "it cannot be read: No such file or directory")
        #expect(#expect(throws: JWTKeyError.self) { try JWTVerifier(keyFile: "/") { _ in } } != nil)
    }

    @Test func caller_NeverWaits_AndWhatIsTooMuchIsRefused() throws {
        let server = try TestVerifier(TestIssuer.secret.keyFile, waitingLimit: 3)
        let token = try TestIssuer.secret.token(claims)
        let (gate, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        for _ in 0..<4 {
            try server.verifier.verify(token) { _ in
                gate.wait()
                done.signal()
            }
        }
        #expect(throws: BusyError(waiting: 3)) { try server.verifier.verify(token) { _ in } }
        // Nor does who asks the cache, though the file should be looked at.
        server.clock.pass(seconds: 1)
        _ = server.verifier.cached(token)
        for _ in 0..<4 { gate.signal() }
        for _ in 0..<4 { #expect(done.wait(timeout: .now() + 30) == .success) }
    }

    @Test func cache_IsBounded_AndKeepsWhatIsAskedFor() {
        var cache = JWTCache()
        let claims = JWTClaims(
            subject: "a", name: nil, rooms: nil, expiresAt: Timestamp(millisecondsSince1970: 0))
        let first = JWTCache.key(of: "first")
        cache.insert(claims, for: first)
        for number in 0..<(3 * JWTCache.limit) {
            cache.insert(claims, for: JWTCache.key(of: "\(number)"))
            if number % 1000 == 0 { #expect(cache.claims(first) != nil) }
            #expect(cache.count <= 2 * JWTCache.limit)
        }
        #expect(cache.claims(JWTCache.key(of: "0")) == nil)
    }
}
