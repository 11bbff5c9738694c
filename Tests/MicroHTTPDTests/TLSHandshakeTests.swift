import MicroHTTPD
import Testing

extension LiveTests {
    /// What does not come to a connection over TLS.
    @Suite struct TLSHandshakeTests {
        private let certificate: TestCertificate
        /// Of a record of 512 bytes the first three.
        private let halfAHandshake: [UInt8] = [22, 3, 1, 2, 0, 1, 0, 1]

        init() throws {
            certificate = try TestCertificate()
        }

        @Test(arguments: [false, true])
        func clientThatNeverFinishesItsHandshake_IsCutOff_AndTakesNoTime(saysSomething: Bool) throws {
            let configuration = try certificate.configuration {
                $0.loops = 1
                $0.deadlines.headers = 1
            }
            try TestServer.run(configuration: configuration) { server in
                let clients = try (0..<20).map { _ in try TestClient(port: server.tlsPort) }
                if saysSomething { for client in clients { try client.send(halfAHandshake) } }
                eventually("they are there") { server.group.connectionCount == 20 }
                let busy = server.group.loops[0].cpuSeconds
                let start = Clock.now
                for client in clients { #expect(client.isClosed(within: 5)) }
                #expect((0.5...3.5).contains(Clock.now - start))
                #expect(server.group.loops[0].cpuSeconds - busy < 0.2)
                eventually("nothing is left", within: 1) { server.group.connectionCount == 0 }
            }
        }

        @Test(arguments: ["GET / HTTP/1.1\r\nHost: test\r\n\r\n", "\0\0\0\0\0\0\0\0", "SSH-2.0-OpenSSH\r\n"])
        func whatIsNoTLS_IsClosedAtOnce(text: String) throws {
            try TestServer.run(configuration: certificate.configuration()) { server in
                let client = try TestClient(port: server.tlsPort)
                try client.send(text)
                #expect(client.isClosed(within: 2))
                eventually("nothing is left", within: 1) { server.group.connectionCount == 0 }
            }
        }

        @Test(arguments: [true, false])
        func handshakeAtThePlainPort_IsClosedAtOnce(speaksAtOnce: Bool) throws {
            try TestServer.run { server in
                let client = try server.client()
                if !speaksAtOnce { eventually("it is accepted") { server.group.connectionCount == 1 } }
                try client.send(halfAHandshake)
                try #expect(client.readToEnd(within: 2) == [])
                eventually("nothing is left", within: 1) { server.group.connectionCount == 0 }
                #expect(server.group.refusedConnectionCount == 0)
            }
        }

        @Test func clientOverTheLimit_IsClosed_WithoutAWordOutsideTLS() throws {
            try TestServer.run(configuration: certificate.configuration { $0.connectionLimit = 1 }) { server in
                let first = try server.client()
                eventually("it is there") { server.group.connectionCount == 1 }
                let second = try TestClient(port: server.tlsPort)
                try #expect(second.readToEnd(within: 5) == [])
                #expect(server.group.refusedConnectionCount == 1)
                try first.request("GET", "/")
                try #expect(first.response().status == 200)
            }
        }

        @Test func unusableCertificate_IsToldOf() throws {
            let other = try TestCertificate()
            let encrypted = try Command.run(
                "openssl", ["pkcs8", "-topk8", "-in", certificate.keyPath, "-passout", "pass:x", "-v2", "aes128"])
            try expectFailure(certificate.certificate, other.key, "do not match")
            try expectFailure("nothing", certificate.key, "the certificate's file has none in PEM")
            try expectFailure(certificate.certificate, "nothing", "the key's file has none in PEM")
            try expectFailure(certificate.certificate, encrypted.output, "passphrase")
            try expectFailure(certificate.certificate, certificate.key.replacing("MIG", with: "MIH"), "")
        }

        private func expectFailure(_ certificate: String, _ key: String, _ reason: String) throws {
            let error = #expect(throws: StartError.self) { try TLSCertificate(certificate: certificate, key: key) }
            let text = try #require(error?.description)
            #expect(text.hasPrefix("TLS cannot be had with this certificate and key: "))
            #expect(reason.isEmpty || text.contains(reason), "\(text)")
        }
    }
}
