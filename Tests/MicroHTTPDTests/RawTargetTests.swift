import MicroHTTPD
import Testing

extension LiveTests {
    /// libmicrohttpd decodes targets before anyone can split them; the wrapper hands over what came.
    @Suite struct RawTargetTests {
        @Test(arguments: [
            "/a%2Fb/c", "/a%00b", "/?q=a+b%2B", "/a?b?c=%26", "http://host/abs?x=y", "*", "//double", "/a/../b",
            "/%E5%A4%A7",
        ])
        func target_ComesAsItWasSent(target: String) throws {
            try TestServer.run { server in
                let response = try server.fetch("OPTIONS", target)
                #expect(response.text == "OPTIONS \(target) ")
            }
        }

        @Test func eachRequestOfAConnection_HasItsOwn() throws {
            try TestServer.run { server in
                let client = try server.client()
                for target in ["/long/target?with=arguments", "/", "/b"] {
                    try client.request("GET", target)
                    try #expect(client.response().text == "GET \(target) ")
                }
            }
        }
    }
}
