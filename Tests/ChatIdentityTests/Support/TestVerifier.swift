import Chat
import Foundation
import Synchronization

@testable import ChatIdentity

/// A verifier whose key file and clock a test can change.
final class TestVerifier: Sendable {
    let clock = ManualClock()
    let verifier: JWTVerifier
    private let file: URL

    init(_ keyFile: [UInt8], expecting: JWTExpectations = JWTExpectations(), waitingLimit: Int = 1024) throws {
        file = FileManager.default.temporaryDirectory.appending(path: "roomcast-jwt-\(UUID())")
        try Data(keyFile).write(to: file)
        let reports = Reports()
        let clock = clock
        verifier = try JWTVerifier(
            keyFile: file.path, expecting: expecting, waitingLimit: waitingLimit, now: { clock.timestamp },
            keysChanged: { change in reports.list.withLock { $0.append(change) } })
        self.reports = reports
    }

    private let reports: Reports

    deinit { try? FileManager.default.removeItem(at: file) }

    /// Seconds since 1970.
    var now: Int64 { clock.timestamp.millisecondsSince1970 / 1000 }

    var reported: [Result<Int, JWTKeyError>] { reports.list.withLock { $0 } }

    func replaceKeys(_ keyFile: [UInt8]) throws { try Data(keyFile).write(to: file, options: .atomic) }
    func removeKeys() throws { try FileManager.default.removeItem(at: file) }

    /// The claims of a token, or why it does not count.
    func verify(_ token: String) async throws -> Result<JWTClaims, JWTRefusal> {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try verifier.verify(token) { continuation.resume(returning: $0) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private final class Reports: Sendable {
        let list = Mutex<[Result<Int, JWTKeyError>]>([])
    }
}

extension Result where Success == JWTClaims, Failure == JWTRefusal {
    var refusal: JWTRefusal? {
        if case .failure(let refusal) = self { refusal } else { nil }
    }

    var claims: JWTClaims? { try? get() }
}
