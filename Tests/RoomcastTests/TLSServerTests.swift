import Foundation
import Logging
import Testing

@testable import roomcast

/// The server with TLS of its own, as `roomcast serve --tls-certificate … --tls-key …` wires it.
@Suite(.serialized) final class TLSServerTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("roomcast-\(UUID().uuidString)")
    private let signals = Signals()

    init() throws {
        try FileManager.default.createDirectory(at: path("web"), withIntermediateDirectories: true)
        try Data("page".utf8).write(to: path("web/index.html"))
        for name in ["old", "new"] {
            let made = try run(
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                path("\(name).key").path, "-out", path("\(name).pem").path)
            try #require(made.code == 0, "\(made.output)")
        }
        try use("old")
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func path(_ name: String) -> URL { folder.appendingPathComponent(name) }

    /// Has the server's two files be those of that name.
    private func use(_ certificate: String, key: String? = nil) throws {
        try Data(contentsOf: path("\(certificate).pem")).write(to: path("certificate"), options: .atomic)
        try Data(contentsOf: path("\(key ?? certificate).key")).write(to: path("key"), options: .atomic)
    }

    private func start(
        data: String = "data", port: UInt16? = 0, hsts: Int? = nil, key: String = "key"
    ) throws(StartFailure) -> Server {
        var settings = Server.Settings(
            port: port, dataFolder: path(data).path, publicFolder: path("web").path, loops: 2)
        settings.tls = Server.TLS(
            files: TLSFiles(certificate: path("certificate").path, key: path(key).path), hstsSeconds: hsts)
        return try Server(
            settings: settings, signals: signals, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func run(_ program: String, _ arguments: String...) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }

    /// What curl gets that believes this certificate alone; `nil` if it does not believe the server's.
    private func get(_ url: String, believing certificate: String) throws -> String? {
        let curl = try run(
            "curl", "--silent", "--include", "--max-time", "10", "--cacert", path("\(certificate).pem").path, url)
        return curl.code == 0 ? curl.output : nil
    }

    private func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<1000 {
            if try condition() { return true }
            usleep(10_000)
        }
        return false
    }

    @Test func server_IsReachedBothWays_AndTellsOfTLSOverTLSAlone() throws {
        let server = try start(hsts: 86400)
        defer { server.stop() }
        #expect(server.urls.count == 2)
        #expect(server.urls[0].hasPrefix("http://127.0.0.1:"))
        #expect(server.urls[1].hasPrefix("https://127.0.0.1:"))
        let plain = try #require(try get(server.urls[0] + "healthz", believing: "old"))
        #expect(plain.hasSuffix("\r\n\r\nok\n"))
        #expect(!plain.contains("Strict-Transport-Security"))
        let overTLS = try #require(try get(server.urls[1] + "healthz", believing: "old"))
        #expect(overTLS.hasSuffix("\r\n\r\nok\n"))
        #expect(overTLS.contains("\r\nStrict-Transport-Security: max-age=86400\r\n"))
        try #expect(get(server.urls[1], believing: "new") == nil)
    }

    @Test func server_CanHaveTLSAlone_AndSaysNothingOfItUnasked() throws {
        let server = try start(port: nil)
        defer { server.stop() }
        #expect(server.urls.count == 1)
        let overTLS = try #require(try get(server.urls[0] + "healthz", believing: "old"))
        #expect(overTLS.hasSuffix("\r\n\r\nok\n"))
        #expect(!overTLS.contains("Strict-Transport-Security"))
    }

    /// In a process of its own: a signal that is ignored reaches a source only where the main thread has made that.
    @Test func hangUp_BringsTheNewCertificate_AndABadOneIsLogged() throws {
        let serve = Process()
        serve.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("roomcast")
        serve.arguments = [
            "serve", "--data", path("data").path, "--public", path("web").path, "--port", "off", "--tls-port", "0",
            "--tls-certificate", path("certificate").path, "--tls-key", path("key").path,
        ]
        let output = Pipe()
        serve.standardOutput = output
        try Data().write(to: path("log"))
        serve.standardError = try FileHandle(forWritingTo: path("log"))
        try serve.run()
        defer {
            kill(serve.processIdentifier, SIGKILL)
            serve.waitUntilExit()
        }
        let ready = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let url = try String(#require(ready.firstMatch(of: /ready at (https:.*\/)\n/)).1)
        func logged(_ text: String) -> Int {
            ((try? String(contentsOf: path("log"), encoding: .utf8)) ?? "").components(separatedBy: text).count - 1
        }

        try #expect(get(url, believing: "old") != nil)
        try use("new")
        kill(serve.processIdentifier, SIGHUP)
        try #expect(eventually { try get(url, believing: "new") != nil })
        try #expect(get(url, believing: "old") == nil)
        #expect(eventually { logged("New clients see the new certificate") == 1 })

        try use("old", key: "new")
        kill(serve.processIdentifier, SIGHUP)
        #expect(eventually { logged("The certificate in use is kept") == 1 })
        try FileManager.default.removeItem(at: path("key"))
        kill(serve.processIdentifier, SIGHUP)
        #expect(eventually { logged("The certificate in use is kept") == 2 })
        try #expect(get(url, believing: "new") != nil)
        kill(serve.processIdentifier, SIGTERM)
        serve.waitUntilExit()
        #expect(serve.terminationStatus == 0)
    }

    @Test func fileThatCannotBeUsed_IsAFailureOfTheStart() throws {
        let missing = #expect(throws: StartFailure.self) { try start(key: "nowhere") }
        #expect(missing?.exitCode == 66)
        #expect(missing?.description.contains("nowhere cannot be read: No such file or directory; see") == true)
        try use("old", key: "new")
        let mismatch = #expect(throws: StartFailure.self) { try start() }
        #expect(mismatch?.exitCode == 66)
        #expect(mismatch?.description.contains("do not match") == true, "\(String(describing: mismatch))")
        #expect(!FileManager.default.fileExists(atPath: path("data").path))
    }
}
