import MicroHTTPD
import Testing

extension LiveTests {
    @Suite struct TLSTests {
        private let certificate: TestCertificate

        init() throws {
            certificate = try TestCertificate()
        }

        @Test func requests_ShareAConnection_WhileOthersComeWithoutTLS() throws {
            let handler = TestHandler(routes: ["/isTLS": { request in .text("\(request.isTLS)") }])
            try TestServer.run(handler, configuration: certificate.configuration()) { server in
                let curl = try certificate.curl(
                    "--write-out", " %{num_connects}\n", server.tlsURL("/isTLS"), server.tlsURL("/isTLS"))
                #expect(curl.exitCode() == 0)
                #expect(curl.output == "true 1\ntrue 0\n")
                try #expect(server.fetch("GET", "/isTLS").text == "false")
            }
        }

        @Test func withoutAPortOfItsOwn_PlainHTTPIsNotListenedFor() throws {
            try TestServer.run(configuration: certificate.configuration { $0.port = nil }) { server in
                #expect(server.group.address == server.group.tlsAddress)
                try #expect(certificate.curl(server.tlsURL("/")).exitCode() == 0)
            }
        }

        /// Records of 16 KiB against a buffer that holds less: GnuTLS keeps what was not taken, and no event tells of it.
        @Test func longBodies_PassWhole() throws {
            let body = (0..<40_000).map { "line \($0)\n" }.joined()
            let file = TemporaryFile(Array(body.utf8))
            try TestServer.run(configuration: certificate.configuration()) { server in
                let curl = try certificate.curl(
                    "--header", "Expect:", "--data-binary", "@\(file.path)", server.tlsURL("/"))
                #expect(curl.exitCode() == 0)
                #expect(curl.output == "POST / \(body)")
            }
        }

        @Test func requestsInOneRecordWithOneThatWaits_AreAllAnswered() throws {
            let suspended = Collected<SuspendedRequest>()
            try TestServer.run(
                suspended.handler(at: "/later"), configuration: certificate.configuration { $0.connectionMemory = 4096 }
            ) { server in
                let further = (1...30).map { "GET /further-\($0) HTTP/1.1\r\nHost: test\r\n\r\n" }.joined()
                let client = try Command(
                    "openssl", ["s_client", "-quiet", "-connect", "127.0.0.1:\(server.tlsPort)"],
                    input: "POST /later HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\nx" + further,
                    staysOpen: true)
                eventually("it waits") { suspended.count == 1 }
                suspended.all[0].resume(with: { Response(status: 202) })
                eventually("all are answered") { client.count(of: "GET /further-") == 30 }
                #expect(client.count(of: "HTTP/1.1 202") == 1)
            }
        }

        @Test func stream_ParksAndResumes_AndItsEndIsTold() throws {
            let reader = StreamReader()
            try TestServer.run(.streaming(reader), configuration: certificate.configuration()) { server in
                let curl = try certificate.curl(server.tlsURL("/stream"))
                eventually("it parks") { reader.isSuspended }
                for number in 1...3 {
                    reader.say("event \(number)\n")
                    // Sooner than a look at all daemons comes by.
                    eventually("it comes", within: 2) { curl.count(of: "event \(number)\n") == 1 }
                }
                reader.end()
                #expect(curl.exitCode() == 0)
            }
        }

        /// Without a length, only the end inside TLS tells the whole from what somebody has cut off.
        @Test func endOfAnUnframedAnswer_IsToldInsideTLS() throws {
            let reader = StreamReader()
            reader.say("all of it\n")
            reader.endAtNextRead()
            try TestServer.run(.streaming(reader), configuration: certificate.configuration()) { server in
                let client = try Command(
                    "openssl", ["s_client", "-quiet", "-connect", "127.0.0.1:\(server.tlsPort)"],
                    input: "GET /stream HTTP/1.0\r\nHost: test\r\n\r\n", staysOpen: true)
                #expect(client.exitCode() == 0)
                #expect(client.output.hasSuffix("\r\n\r\nall of it\n"), "\(client.output)")
            }
        }

        @Test func clientOfAStream_IsMissedWhenItIsKilled() throws {
            let reader = StreamReader()
            try TestServer.run(.streaming(reader), configuration: certificate.configuration()) { server in
                let curl = try certificate.curl(server.tlsURL("/stream"))
                eventually("it parks") { reader.isSuspended }
                curl.end()
                eventually("it is closed", within: 1) { reader.closings.count == 1 }
                eventually("nothing is left", within: 1) { server.group.connectionCount == 0 }
            }
        }

        @Test func headersOverTLS_AreInEveryAnswerThere_AndInNoOther() throws {
            var configuration = try certificate.configuration()
            configuration.tls?.headers = [Header("Strict-Transport-Security", "max-age=60")]
            try TestServer.run(configuration: configuration) { server in
                for (method, status) in [("GET", 200), ("A B", 400)] {
                    let curl = try certificate.curl("--include", "--request", method, server.tlsURL("/"))
                    #expect(curl.exitCode() == 0)
                    #expect(curl.output.hasPrefix("HTTP/1.1 \(status) "))
                    #expect(curl.count(of: "\r\nStrict-Transport-Security: max-age=60\r\n") == 1)
                }
                try #expect(server.fetch("GET", "/").header("Strict-Transport-Security") == nil)
            }
        }
    }
}
