import Testing

@Suite struct IdempotencyTests {
    private static let long = "1234567890123456789012"

    @Test(arguments: [
        TestRequest.text("hi", to: "/rooms/lobby?user=ann", "Idempotency-Key: k"),
        .json(#"{"text":"hi","user":"ann","client_id":"k"}"#),
        .form("text=hi&user=ann&client_id=k"),
        .text("hi", to: "/rooms/lobby", "idempotency-key: \(long)"),
    ])
    func repeatedPost_IsAnsweredWithTheFirst(request: TestRequest) throws {
        let folder = TemporaryFolder()
        var first: TestAnswer
        do {
            let server = try TestServer(in: folder)
            first = try server.send(request)
            #expect(first.status == 201)
            let second = try server.send(request)
            #expect(second.status == 200)
            #expect(second.text == first.text)
            #expect(second["Location"] == first["Location"])
            #expect(server.stored == 1)
        }
        // Also after a restart.
        let server = try TestServer(in: folder)
        let third = try server.send(request)
        #expect(third.status == 200)
        #expect(third.text == first.text)
    }

    @Test func keyWithAnotherText_IsRefused() throws {
        let server = try TestServer()
        let target = "/rooms/lobby?user=ann"
        #expect(try server.send(.text("hi", to: target, "Idempotency-Key: k")).status == 201)
        let answer = try server.send(.text("ho", to: target, "Idempotency-Key: k"))
        #expect(answer.status == 409)
        #expect(answer.code == "key_reused")
        #expect(server.stored == 1)
    }

    @Test func key_IsTheSendersAndTheRooms() throws {
        let server = try TestServer()
        for (index, target) in ["/rooms/lobby?user=ann", "/rooms/lobby?user=bob", "/rooms/other?user=ann"].enumerated()
        {
            let answer = try server.send(.text("hi \(index)", to: target, "Idempotency-Key: k"))
            #expect(answer.status == 201)
        }
    }

    @Test func header_WinsOverClientID() throws {
        let server = try TestServer()
        func post(_ key: String, _ clientID: String) throws -> TestAnswer {
            try server.send(
                .json(
                    #"{"text":"hi","user":"ann","client_id":"\#(clientID)"}"#, to: "/rooms/lobby",
                    "Idempotency-Key: \(key)"))
        }
        #expect(try post("k1", "c").status == 201)
        #expect(try post("k2", "c").status == 201)
        let again = try post("k1", "other")
        #expect(again.status == 200)
        #expect(again.json["id"] as? Int == 1)
        #expect(again.json["client_id"] as? String == "c")
    }
}
