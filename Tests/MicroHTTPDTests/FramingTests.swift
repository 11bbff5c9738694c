import MicroHTTPD
import Testing

extension LiveTests {
    /// What RFC 9112 lets two readers read differently is read by nobody.
    @Suite struct FramingTests {
        @Test(arguments: [
            ["Content-Length: 1", "Content-Length: 1"],
            ["Content-Length: 1", "Content-Length: 2"],
            ["Content-Length: 1", "Transfer-Encoding: chunked"],
            ["Transfer-Encoding: chunked", "Content-Length: 1"],
            ["Transfer-Encoding: gzip"],
            ["Transfer-Encoding: gzip, chunked"],
            ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
            ["Transfer-Encoding: xchunked"],
            ["Transfer-Encoding:"],
            ["Content-Length: -1"],
            ["Content-Length: +1"],
            ["Content-Length: 1x"],
            ["Content-Length: 0x1"],
            ["Content-Length: 1, 1"],
            ["Content-Length:"],
            ["Content-Length: 99999999999999999999"],
            ["Content-Length : 1"],
            ["Transfer-Encoding : chunked"],
            ["X(y): 1"],
            ["no colon"],
            ["X-One: 1", " folded: 2"],
            ["Host: other"],
            ["Host: other\r\n\tfolded"],
            ["Content-Length:\r\n 1"],
            ["Transfer-Encoding:\r\n chunked"],
            ["Content-Length: 1\0"],
            ["X-One: a\0b"],
            ["X-One: a\rb"],
            ["X-One: a\nContent-Length: 1"],
            [": 1"],
        ])
        func ambiguousRequest_IsRefused_AndTheConnectionCloses(headers: [String]) throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.request("POST", "/", headers: headers)
                // A body for any reading of these headers, and a second request that one of them would see.
                try? client.send("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n")
                let answer = String(decoding: try client.readToEnd(), as: UTF8.self)
                #expect(answer.hasPrefix("HTTP/1.1 400") || answer.hasPrefix("HTTP/1.1 413") || answer.isEmpty)
                #expect(!answer.contains("smuggled"))
                try #expect(server.fetch("GET", "/alive").status == 200)
            }
        }

        @Test func transferEncodingInHTTP10_IsRefused() throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.send(
                    "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                try #expect(client.response().status == 400)
                #expect(client.isClosed(within: 5))
            }
        }

        @Test func chunkedInAnyCase_IsUnderstood() throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.request("POST", "/", headers: ["transfer-encoding: Chunked"])
                try client.send("1\r\nx\r\n0\r\n\r\n")
                try #expect(client.response().text == "POST / x")
            }
        }

        /// Whatever a proxy takes for the end of its chunks, nothing of it becomes another request.
        @Test(arguments: [
            "1\r\nx\r\n0\r\n\r\n", "1\nx\r\n0\r\n\r\n", "1;ext\nx\r\n0\r\n\r\n", "1\r\nx\n0\r\n\r\n", "1\nx\n0\n\n",
        ])
        func chunkedRequest_IsTheLastOfItsConnection(body: String) throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.request("POST", "/", headers: ["Transfer-Encoding: chunked"])
                try client.send(body + "GET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n")
                let answer = String(decoding: try client.readToEnd(), as: UTF8.self)
                #expect(answer.hasPrefix("HTTP/1.1 200") && answer.contains("Connection: close"))
                #expect(!answer.contains("smuggled"))
            }
        }

        @Test func requestWithoutHost_IsRefused() throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.send("GET / HTTP/1.1\r\n\r\n")
                try #expect(client.response().status == 400)
            }
        }

        @Test(arguments: ["HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/3", "ICY/1.0", "http/1.1"])
        func otherVersion_IsNotAnsweredAsARequest(version: String) throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.send("GET / \(version)\r\nHost: t\r\n\r\n")
                let answer = String(decoding: try client.readToEnd(), as: UTF8.self)
                #expect(!answer.hasPrefix("HTTP/1.1 200"))
            }
        }

        @Test(arguments: ["z\r\nx\r\n", "-1\r\nx\r\n", "ffffffffffffffffff\r\nx\r\n", "1\r\nxx\r\n0\r\n\r\n", ";\r\n"])
        func malformedChunk_EndsTheConnection(chunk: String) throws {
            try TestServer.run { server in
                let client = try server.client()
                try client.request("POST", "/", headers: ["Transfer-Encoding: chunked"])
                try client.send(chunk)
                let answer = String(decoding: try client.readToEnd(), as: UTF8.self)
                #expect(!answer.hasPrefix("HTTP/1.1 200"))
            }
        }
    }
}
