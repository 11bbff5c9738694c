import ChatHTTP
import Foundation
import FoundationNetworking
import Logging
import MicroHTTPD
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

    private func start(
        data: String = "data", port: UInt16 = 0, _ change: (inout Server.Settings) -> Void = { _ in }
    ) throws(StartFailure) -> Server {
        var settings = Server.Settings(
            port: port, dataFolder: folder.appendingPathComponent(data).path,
            publicFolder: folder.appendingPathComponent("web").path, loops: 2)
        change(&settings)
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

    /// All its clients have its address.
    @Test(arguments: [true, false])
    func connectionsOfATrustedProxy_AreNotCounted(isTrusted: Bool) throws {
        let server = try start {
            $0.connectionsPerAddress = .most(1)
            if isTrusted { $0.chat.trustedProxies = [try! AddressBlock("127.0.0.0/8")] }
        }
        defer { server.stop() }
        let port = try #require(URL(string: server.urls[0])?.port)
        let held = try #require(Socket(port: UInt16(port)))
        try held.ask("/healthz")
        #expect(held.answer().hasPrefix("HTTP/1.1 200"))
        let next = try #require(Socket(port: UInt16(port)))
        if isTrusted { try next.ask("/healthz") }
        #expect(next.answer().hasPrefix(isTrusted ? "HTTP/1.1 200" : "HTTP/1.1 503"))
        withExtendedLifetime(held) {}
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

/// A connection that stays.
private final class Socket {
    private let descriptor: Int32

    init?(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { return nil }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    func ask(_ path: String) throws {
        let request = Array("GET \(path) HTTP/1.1\r\nHost: test\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw POSIXError(.EPIPE)
        }
    }

    /// What comes at once.
    func answer() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
