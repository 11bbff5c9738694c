import Foundation
import FoundationNetworking
import Logging
import Testing

@testable import roomcast

/// The server as `roomcast serve` wires it.
@Suite final class ServerTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("roomcast-\(UUID().uuidString)")

    private let signals = Signals()

    init() throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("web"), withIntermediateDirectories: true)
        try Data("page".utf8).write(to: folder.appendingPathComponent("web/index.html"))
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func start(data: String = "data", port: UInt16 = 0) throws(StartFailure) -> Server {
        let settings = Server.Settings(
            port: port, dataFolder: folder.appendingPathComponent(data).path,
            publicFolder: folder.appendingPathComponent("web").path, loops: 2)
        return try Server(
            settings: settings, signals: signals,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// A server before this one has the folder until its last thread has ended.
    private func startOnceTheFolderIsFree() throws(StartFailure) -> Server {
        for _ in 0..<10_000 {
            do throws(StartFailure) {
                return try start()
            } catch {
                guard error.exitCode == 75 else { throw error }
                usleep(2000)
            }
        }
        return try start()
    }

    private func get(_ server: Server, _ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(string: server.urls[0])!.appendingPathComponent(path)), as: UTF8.self)
    }

    @Test func server_IsReadyWhenItHasStarted_AndStartsAgainOnItsLog() throws {
        let history = try {
            let server = try start()
            defer { server.stop() }
            #expect(server.urls[0].wholeMatch(of: /http:\/\/127\.0\.0\.1:[0-9]+\//) != nil)
            #expect(try get(server, "healthz") == "ok\n")
            #expect(try get(server, "") == "page")
            return try get(server, "rooms/lobby/messages")
        }()
        let server = try startOnceTheFolderIsFree()
        defer { server.stop() }
        #expect(try get(server, "rooms/lobby/messages") == history)
    }

    @Test func portThatIsTaken_IsAFailureOfTheAddress() throws {
        let server = try start()
        defer { server.stop() }
        let port = try #require(URL(string: server.urls[0])?.port)
        let error = #expect(throws: StartFailure.self) { try start(data: "other", port: UInt16(port)) }
        #expect(error?.exitCode == 69)
    }

    @Test func folderThatIsInUse_IsAFailureOfStorage() throws {
        let server = try start()
        defer { server.stop() }
        let error = #expect(throws: StartFailure.self) { try start() }
        #expect(error?.exitCode == 75)
    }
}
