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

    /// As where the servers' configuration was loaded again without the user, by mistake, and a moment later with it.
    @Test func nodeThatWasRefusedForAWhile_GoesOn() throws {
        func users(_ name: String) -> String {
            "authorization { users: [{ user: \(name), password: geheim }] }\n"
        }
        let server = try NATSServer(configuration: users("ann"))
        let url = "nats://ann:geheim@127.0.0.1:\(server.port)"
        let folders = [Folder(), Folder(), Folder()]
        let nodes = try folders[..<2].map {
            try TestLog(server, in: $0) { settings in
                settings.servers = [url]
                settings.patience = 30
            }
        }
        #expect(try nodes[0].post("before").get().id == 1)
        #expect(eventually { nodes.allSatisfy { $0.log.clusterStatistics().nodes == 2 } })
        try server.reload(configuration: users("bob"))
        let end = "NATS has ended the connection"
        for node in nodes {
            #expect(eventually { node.lines.all.contains { $0.hasPrefix(end) } })
            #expect(!node.log.clusterStatistics().isConnected)
        }
        let reconnects = nodes.map { $0.log.clusterStatistics().reconnects }
        try server.reload(configuration: users("ann"))
        #expect(try nodes[0].post("after").get().id == 2)
        #expect(eventually { (try? nodes[1].entries().count) == 2 })
        #expect(try nodes[1].post("from the other").get().id == 3)
        #expect(zip(nodes, reconnects).allSatisfy { $0.log.clusterStatistics().reconnects > $1 })
        // On the new connections they give their files as well, for which this one waits, and hear of others, and are heard.
        let rebuild = JetStreamLog.Rebuild(reason: "", keepsFile: true, source: .anotherNode)
        let third = try TestLog(server, in: folders[2], rebuild: rebuild) { $0.servers = [url] }
        #expect(third.log.headWhenOpened == 3)
        for node in nodes + [third] { #expect(eventually { node.log.clusterStatistics().nodes == 3 }) }
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
