import MicroHTTPD
import Testing

extension LiveTests {
    @Suite struct MemoryTests {
        /// About 6 KiB each; without giving pages back, each would keep the 16 KiB of its buffer and more.
        @Test func idleStreams_KeepLittle() throws {
            let readers = Collected<StreamReader>()
            try TestServer.run(.streaming(into: readers)) { server in
                var clients = try (0..<100).map { _ in try server.client() }
                for client in clients { try client.request("GET", "/stream") }
                for client in clients { _ = try client.head() }
                eventually("the first sleep") { readers.all.filter(\.isSuspended).count == 100 }
                let before = Process.residentBytes
                let more = try (0..<500).map { _ in try server.client() }
                clients += more
                for client in more { try client.request("GET", "/stream") }
                for client in more { _ = try client.head() }
                eventually("all sleep") { readers.all.filter(\.isSuspended).count == 600 }
                let each = (Process.residentBytes - before) / more.count
                #expect(each < 12 * 1024, "\(each) bytes each")
            }
        }
    }
}
