import Testing

@Suite struct OriginTests {
    @Test(arguments: [
        ["Sec-Fetch-Site: cross-site"],
        ["Sec-Fetch-Site: cross-site", "Origin: http://chat.example"],
        ["Origin: http://evil.example"],
        ["Origin: http://chat.example:8080"],
        ["Origin: http://chat.example.evil.example"],
        ["Origin: http://evilchat.example"],
        ["Origin: null"],
        ["Origin: ftp://chat.example"],
        ["Origin: chat.example"],
    ])
    func postFromAnotherSite_IsRefused(headers: [String]) throws {
        let server = try TestServer()
        let answer = try server.send(
            TestRequest("POST", "/rooms/lobby", headers: headers + ["Content-Type: text/plain"], body: "hi"))
        #expect(answer.status == 403)
        #expect(answer.code == "cross_origin")
        #expect(server.head == 0)
    }

    @Test(arguments: [
        [],
        ["Origin: http://chat.example"],
        ["Origin: https://chat.example"],
        ["Origin: https://CHAT.example"],
        ["Origin: http://chat.example", "Host: chat.example:80"],
        ["Origin: https://chat.example", "Host: chat.example:443"],
        ["Origin: http://localhost:8080", "Host: localhost:8080"],
        ["Origin: http://[::1]:8080", "Host: [::1]:8080", "Sec-Fetch-Site: same-origin"],
        ["Sec-Fetch-Site: none"],
    ])
    func postFromItsOwnPage_IsTaken(headers: [String]) throws {
        let answer = try TestServer().send(
            TestRequest("POST", "/rooms/lobby", headers: headers + ["Content-Type: text/plain"], body: "hi"))
        #expect(answer.status == 201)
    }

    @Test func reading_IsForEveryPage() throws {
        let answer = try TestServer().get(
            "/rooms/lobby/messages", "Origin: http://evil.example", "Sec-Fetch-Site: cross-site")
        #expect(answer.status == 200)
    }
}
