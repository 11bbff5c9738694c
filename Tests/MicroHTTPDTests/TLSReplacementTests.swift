import MicroHTTPD
import Testing

extension LiveTests {
    @Suite struct TLSReplacementTests {
        private let old: TestCertificate
        private let new: TestCertificate

        init() throws {
            old = try TestCertificate()
            new = try TestCertificate()
        }

        /// curl's exit code for a certificate that it does not believe.
        private let doubted: Int32 = 60

        @Test func streams_GoOn_WhileNewClientsSeeTheNewCertificate() throws {
            let readers = Collected<StreamReader>()
            try TestServer.run(.streaming(into: readers), configuration: old.configuration()) { server in
                let streams = 200
                let before = Process.openDescriptors
                let url = server.tlsURL("/stream")
                let curl = try old.curl(
                    "--parallel", "--parallel-immediate", "--parallel-max", "\(streams)", url + "?[1-\(streams)]")
                eventually("all streams sleep") { readers.count == streams && readers.all.allSatisfy(\.isSuspended) }

                try #expect(server.group.replaceCertificate(new.forServer))
                eventually("new clients see it") { (try? new.curl(server.tlsURL("/")).exitCode()) == 0 }
                try #expect(old.curl(server.tlsURL("/")).exitCode() == doubted)

                for reader in readers.all { reader.say("said after the swap\n") }
                eventually("every stream gets it") { curl.count(of: "said after the swap\n") == streams }
                #expect(readers.all.allSatisfy { $0.closings.isEmpty })
                for reader in readers.all { reader.end() }
                #expect(curl.exitCode() == 0)
                // The daemons of the old certificate had as many as those of the new one; curl's output has another.
                eventually("nothing is left") {
                    server.group.connectionCount == 0 && Process.openDescriptors <= before + 1
                }
            }
        }

        @Test func eachCertificateOfSeveral_IsSeenInItsTurn_AndTheSameAgainIsNone() throws {
            let readers = Collected<StreamReader>()
            try TestServer.run(.streaming(into: readers), configuration: old.configuration()) { server in
                var clients = [try old.curl(server.tlsURL("/stream"))]
                for certificate in [new, old, new] {
                    eventually("the streams sleep") {
                        readers.count == clients.count && readers.all.allSatisfy(\.isSuspended)
                    }
                    try #expect(server.group.replaceCertificate(certificate.forServer))
                    try #expect(!server.group.replaceCertificate(certificate.forServer))
                    eventually("it is seen") { (try? certificate.curl(server.tlsURL("/")).exitCode()) == 0 }
                    clients.append(try certificate.curl(server.tlsURL("/stream")))
                }
                eventually("the last stream, too") { readers.count == clients.count }
                for reader in readers.all { reader.say("hello\n") }
                for client in clients { eventually("it is told") { client.output == "hello\n" } }
            }
        }
    }
}
