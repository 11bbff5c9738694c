import Foundation
import MicroHTTPD
import Testing

/// A certificate for 127.0.0.1 that has signed itself, in files that are gone after the test.
final class TestCertificate {
    let folder: URL
    let certificatePath: String
    let keyPath: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificatePath = folder.appendingPathComponent("certificate.pem").path
        keyPath = folder.appendingPathComponent("key.pem").path
        let made = try Command.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", keyPath, "-out",
                certificatePath,
            ])
        guard made.code == 0 else { throw Failure(output: made.output) }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    struct Failure: Error {
        let output: String
    }

    var certificate: String { get throws { try String(contentsOfFile: certificatePath, encoding: .utf8) } }
    var key: String { get throws { try String(contentsOfFile: keyPath, encoding: .utf8) } }

    /// As the server takes it.
    var forServer: TLSCertificate {
        get throws { try TLSCertificate(certificate: certificate, key: key) }
    }

    /// A server that has it, at a free port besides its own.
    func configuration(_ change: (inout Configuration) -> Void = { _ in }) throws -> Configuration {
        var tls = try TLSConfiguration(certificate: forServer)
        tls.port = 0
        tls.daemonsPerLoop = 4
        return .with {
            $0.tls = tls
            change(&$0)
        }
    }

    /// curl, which believes this certificate and no other.
    func curl(_ arguments: String...) throws -> Command {
        try Command(
            "curl",
            ["--silent", "--show-error", "--max-time", "20", "--no-buffer", "--cacert", certificatePath] + arguments)
    }
}

extension TestServer {
    var tlsPort: UInt16 { group.tlsAddress!.port }

    func tlsURL(_ path: String) -> String { "https://127.0.0.1:\(tlsPort)\(path)" }
}
