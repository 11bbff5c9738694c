import Glibc
import Testing

@testable import MicroHTTPD

extension LiveTests {
    /// What a peer that takes nothing may hold, and what becomes of it.
    @Suite struct StalledPeerTests {
        private func stalled(
            _ configuration: Configuration = .with { _ in }, _ look: (TestClient, StreamReader) throws -> Void
        ) throws {
            let readers = Collected<StreamReader>()
            try TestServer.run(.streaming(into: readers), configuration: configuration) { server in
                let client = try server.client(receiveBuffer: 4096)
                try client.request("GET", "/stream")
                _ = try client.head()
                let reader = try #require(readers.all.first)
                reader.say(String(repeating: "x", count: 8 << 20))
                try look(client, reader)
            }
        }

        @Test func kernel_HoldsLittleForAPeerThatTakesNothing() throws {
            try stalled { client, reader in
                let accepted = try #require(Socket.peer(of: client.descriptor)).descriptor
                var reads = -1
                eventually("no more is taken") {
                    usleep(200_000)
                    defer { reads = reader.reads }
                    return reads == reader.reads
                }
                var waiting: Int32 = 0
                #expect(ioctl(accepted, UInt(TIOCOUTQ), &waiting) == 0)
                #expect((1...256 << 10).contains(waiting), "\(waiting)")
            }
        }

        /// Its window is closed, so an end in good order would never reach it, and the kernel would offer the rest for minutes.
        @Test func peerThatIsCutOff_IsReset() throws {
            try stalled(.with { $0.deadlines.stalledWriter = 1 }) { client, reader in
                eventually("it is cut off", within: 10) { !reader.closings.isEmpty }
                eventually("it is told") {
                    var code: Int32 = 0
                    var length = socklen_t(MemoryLayout<Int32>.size)
                    getsockopt(client.descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
                    return code == ECONNRESET
                }
            }
        }
    }
}
