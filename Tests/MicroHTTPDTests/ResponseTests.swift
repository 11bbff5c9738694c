import MicroHTTPD
import Testing

extension LiveTests {
    @Suite struct ResponseTests {
        @Test func sharedBytes_AreSentToMany() throws {
            let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let shared = SharedBytes(bytes)
            let handler = TestHandler(routes: ["/": { _ in .now(Response(status: 200, content: .shared(shared))) }])
            try TestServer.run(handler) { server in
                let clients = try (0..<20).map { _ in try server.client() }
                for client in clients { try client.request("GET", "/") }
                for client in clients { try #expect(client.response().body == bytes) }
            }
        }

        @Test func emptyBody_HasLengthZero() throws {
            let handler = TestHandler(routes: ["/": { _ in .now(Response(status: 200)) }])
            try TestServer.run(handler) { server in
                try #expect(server.fetch("GET", "/").header("Content-Length") == "0")
            }
        }

        @Test func headers_AreSent_AndAnEmptyValueIsLeftOut() throws {
            let headers = [
                Header("X-One", "1"), Header("X-Two", ""), Header("Set-Cookie", "a"), Header("Set-Cookie", "b"),
            ]
            let handler = TestHandler(routes: ["/": { _ in .now(Response(status: 201, headers: headers)) }])
            try TestServer.run(handler) { server in
                let response = try server.fetch("GET", "/")
                #expect(response.status == 201)
                #expect(response.header("X-One") == "1")
                #expect(response.header("X-Two") == nil)
                #expect(response.headers.filter { $0.name == "Set-Cookie" }.map(\.value) == ["a", "b"])
            }
        }

        @Test func headerValue_CannotBreakOutOfItsLine() throws {
            let value = "a\r\nX-Injected: 1\r\n\r\nbody\u{0}\u{7f}"
            let handler = TestHandler(routes: [
                "/": { _ in .now(Response(status: 302, headers: [Header("Location", value)])) }
            ])
            try TestServer.run(handler) { server in
                let response = try server.fetch("GET", "/")
                #expect(response.header("X-Injected") == nil)
                #expect(response.header("Location")?.hasPrefix("a  X-Injected: 1    body") == true)
            }
        }
    }
}
