import Glibc
import Testing

@testable import MicroHTTPD

/// By a clock that the test moves.
@Suite struct VanishDetectorTests {
    @Test func look_ComesInItsTime_HoweverOftenSomethingIsSent() {
        var detector = VanishDetector()
        let waits = [7, 9, 11, 12, 20].map { detector.sleeps(at: $0, interval: 5) }
        #expect(waits == [5, 3, 1, 0, 0])
        // What is no TCP socket has nothing unacknowledged. The next time something is sent, an interval begins.
        #expect(detector.look(at: -1, interval: 5) == .present)
        #expect(detector.sleeps(at: 20, interval: 5) == 5)
    }
}

extension LiveTests {
    /// Peers that are gone without a word, as when their machine loses power.
    @Suite struct VanishTests {
        private static let quick = Configuration.with { $0.deadlines.vanishLook = 1 }

        @Test func peerThatVanished_IsNoticed_OnceSomethingWasSent() throws {
            let readers = Collected<StreamReader>()
            try TestServer.run(.streaming(into: readers), configuration: Self.quick) { server in
                let client = try server.client()
                try client.request("GET", "/stream")
                _ = try client.head()
                let reader = try #require(readers.all.first)
                eventually("it sleeps") { reader.isSuspended }
                client.vanish()
                reader.say("are you there?")
                eventually("it has gone", within: 8) { reader.closings.count == 1 }
                #expect(reader.closings == [.vanished])
                #expect(server.group.connectionCount == 0)
            }
        }

        /// More than the kernel takes: the stream never sleeps.
        @Test func peerThatVanished_IsNoticed_WhileMuchIsBeingSent() throws {
            let readers = Collected<StreamReader>()
            try TestServer.run(.streaming(into: readers), configuration: Self.quick) { server in
                let client = try server.client(receiveBuffer: 4096)
                try client.request("GET", "/stream")
                _ = try client.head()
                let reader = try #require(readers.all.first)
                eventually("it sleeps") { reader.isSuspended }
                client.vanish()
                reader.say(String(repeating: "x", count: 8 << 20))
                eventually("it has gone", within: 8) { reader.closings == [.vanished] }
            }
        }

        /// Its window is closed: nothing is sent that it could acknowledge.
        @Test func peerThatTakesNothing_HasNotVanished() throws {
            let readers = Collected<StreamReader>()
            try TestServer.run(.streaming(into: readers), configuration: Self.quick) { server in
                let client = try server.client(receiveBuffer: 4096)
                try client.request("GET", "/stream")
                _ = try client.head()
                let reader = try #require(readers.all.first)
                reader.say(String(repeating: "x", count: 8 << 20))
                // Longer than a vanished one would be kept.
                usleep(6_000_000)
                let closings = reader.closings
                #expect(closings.isEmpty)
            }
        }

        @Test func peerThatIsThere_IsNotMistaken_HoweverOftenItIsWrittenTo() throws {
            let readers = Collected<StreamReader>()
            try TestServer.run(.streaming(into: readers), configuration: Self.quick) { server in
                let (silent, lively) = (try server.client(), try server.client())
                for client in [silent, lively] {
                    try client.request("GET", "/stream")
                    _ = try client.head()
                }
                eventually("both are open") { readers.all.count == 2 }
                // Longer than a vanished one would be kept.
                for _ in 0..<60 {
                    readers.all[1].say("x")
                    usleep(100_000)
                }
                let closings = readers.all.flatMap(\.closings)
                #expect(closings.isEmpty)
            }
        }

        @Test func listener_HasTheKernelAskSilentPeers() throws {
            try TestServer.run { server in
                let client = try server.client()
                eventually("it is accepted") { server.group.connectionCount == 1 }
                // The same descriptor table: the server's end is the socket whose peer is the client's.
                let accepted = try #require(Socket.peer(of: client.descriptor))
                #expect(accepted.keepsAlive)
            }
        }
    }
}

enum Socket {
    /// The socket in this process at the other end, and whether it has SO_KEEPALIVE.
    static func peer(of descriptor: Int32) -> (descriptor: Int32, keepsAlive: Bool)? {
        let local = port(descriptor, getsockname)
        for other in 3..<Int32(4096) where port(other, getpeername) == local && local != 0 {
            var isOn: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(other, SOL_SOCKET, SO_KEEPALIVE, &isOn, &length)
            return (other, isOn != 0)
        }
        return nil
    }

    private static func port(
        _ descriptor: Int32, _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask(descriptor, $0, &length) }
        }
        return code == 0 && address.sin_family == sa_family_t(AF_INET) ? address.sin_port : 0
    }
}

extension TestClient {
    /// Has the kernel throw away whatever comes for this socket, before it can acknowledge it: a filter of one
    /// instruction, "keep 0 bytes" (bpf(4)).
    func vanish() {
        // struct sock_filter: BPF_RET | BPF_K, and k = 0.
        var instruction: [UInt16] = [0x06, 0, 0, 0]
        instruction.withUnsafeMutableBufferPointer { instruction in
            // struct sock_fprog: the count of instructions, and their address.
            var program: (UInt, UnsafeMutablePointer<UInt16>?) = (1, instruction.baseAddress)
            let code = setsockopt(
                descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, socklen_t(MemoryLayout.size(ofValue: program)))
            #expect(code == 0)
        }
    }
}
