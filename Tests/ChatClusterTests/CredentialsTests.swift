import Chat
import ChatStorage
import Foundation
import Testing

@testable import ChatCluster

/// NATS servers that do not let everybody in.
@Suite struct CredentialsTests {
    @Test func nodeIsLetIn_WithItsCredentials_AndNotWithout() throws {
        let keys = try NATSOperator()
        let server = try NATSServer(configuration: keys.configuration)
        let files = Folder()
        try FileManager.default.createDirectory(atPath: files.path, withIntermediateDirectories: true)
        let file = files.path + "/node.creds"
        try Data(keys.credentials.utf8).write(to: URL(fileURLWithPath: file))
        let folder = Folder()
        let node = try TestLog(server, in: folder) { $0.credentials = file }
        #expect(try node.post("let in").get().id == 1)
        #expect(throws: ClusterError.self) { try ClusterAdministration(ClusterSettings(servers: [server.url])) }
        // Other keys of the same form.
        try Data(NATSOperator().credentials.utf8).write(to: URL(fileURLWithPath: file))
        var stranger = ClusterSettings(servers: [server.url])
        stranger.credentials = file
        #expect(throws: ClusterError.self) { try ClusterAdministration(stranger) }
    }

    @Test func connection_IsEncrypted_AndTheServerProven() throws {
        let files = Folder()
        try FileManager.default.createDirectory(atPath: files.path, withIntermediateDirectories: true)
        let (own, other) = (try Certificate(in: files.path, "own"), try Certificate(in: files.path, "other"))
        let server = try NATSServer(
            configuration: "tls { cert_file: \"\(own.path)\", key_file: \"\(own.keyPath)\" }\n")
        let folder = Folder()
        let node = try TestLog(server, in: folder) { $0.certificateAuthority = own.path }
        #expect(try node.post("behind TLS").get().id == 1)
        var mistaken = ClusterSettings(servers: [server.url])
        mistaken.certificateAuthority = other.path
        #expect(throws: ClusterError.self) { try ClusterAdministration(mistaken) }
        // Without an authority it is the system's, which has not signed this one.
        #expect(throws: ClusterError.self) { try ClusterAdministration(ClusterSettings(servers: [server.url])) }
    }

    @Test func passwordInAnAddress_IsNotShown() throws {
        let settings = ClusterSettings(servers: ["nats://ann:geheim@127.0.0.1:1", "nats://b:2"])
        let error = #expect(throws: ClusterError.self) { try ClusterAdministration(settings) }
        #expect(error?.description.contains("geheim") == false)
        #expect(settings.shownServers == "nats://127.0.0.1:1, nats://b:2")
    }
}

/// Signed by itself, for 127.0.0.1, by openssl.
private struct Certificate {
    let path: String
    let keyPath: String

    struct NotMade: Error {}

    init(in folder: String, _ name: String) throws {
        path = "\(folder)/\(name).pem"
        keyPath = "\(folder)/\(name).key"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments =
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
            .split(separator: " ").map(String.init)
            + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", keyPath, "-out", path]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw NotMade() }
    }
}
