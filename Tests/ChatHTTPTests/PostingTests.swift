import Foundation
import Testing

/// What a body says, in whichever form it comes.
@Suite struct PostingTests {
    private let server: TestServer

    init() throws {
        server = try TestServer()
    }

    struct Form: Sendable, CustomTestStringConvertible {
        let type: String
        let body: String
        var text = "hi"
        var user: String?

        var testDescription: String { "\(type): \(body)" }
    }

    @Test(arguments: [
        Form(type: "application/json", body: #"{"text":"hi"}"#),
        Form(type: "application/json; charset=utf-8", body: #" {"text" : "hi", "unknown": [1]} "#),
        Form(type: "APPLICATION/JSON;Charset=\"UTF-8\"", body: #"{"text":"h\u0069","user":null}"#),
        Form(type: "application/json", body: #"{"text":"大\n💬\u2028","user":"bob"}"#, text: "大\n💬\u{2028}", user: "bob"),
        Form(type: "text/plain", body: "hi"),
        Form(type: "text/plain; charset=US-ASCII", body: "two\nlines\n", text: "two\nlines\n"),
        Form(type: "text/plain;charset=utf8", body: #"{"text":"hi"}"#, text: #"{"text":"hi"}"#),
        Form(type: form, body: "hello", text: "hello"),
        Form(type: form, body: "a=b", text: "a=b"),
        Form(type: form, body: "text=hi&user=ann", user: "ann"),
        Form(type: form, body: "text=hi&text=ho", text: "text=hi&text=ho"),
        Form(type: form, body: "text=hi&x=1", text: "text=hi&x=1"),
        Form(type: form, body: "user=ann", text: "user=ann"),
        Form(type: form, body: "text", text: "text"),
        Form(type: form, body: "text=h%69+%2B+%E5%A4%A7", text: "hi + 大"),
        Form(type: form, body: "text=%zz", text: "text=%zz"),
        Form(type: form, body: "text=hi&reply_to=x", text: "text=hi&reply_to=x"),
        Form(type: form, body: "100% sure & ready", text: "100% sure & ready"),
        Form(type: form, body: "1 + 1 = 2", text: "1 + 1 = 2"),
        Form(type: form, body: #"{"text":"hi","user":"bob"}"#, user: "bob"),
        Form(type: form, body: " \n{\"text\":\"hi\"}"),
        Form(type: form, body: #"{"text":"hi""#, text: #"{"text":"hi""#),
        Form(type: form, body: #"{"other":1}"#, text: #"{"other":1}"#),
        Form(type: form, body: "[1]", text: "[1]"),
        Form(type: form, body: deep, text: deep),
        Form(type: "\(form); charset=UTF-8", body: "text=hi"),
    ])
    func body_IsReadAsItsTypeSays(form: Form) throws {
        let answer = try server.send(
            TestRequest("POST", "/rooms/lobby", headers: ["Content-Type: \(form.type)"], body: form.body))
        #expect(answer.status == 201, "\(answer)")
        #expect(answer.json["text"] as? String == form.text)
        if let user = form.user { #expect(answer.json["user"] as? String == user) }
    }

    @Test(arguments: ["/rooms/lobby", "/rooms/lobby/messages", "http://chat.example/rooms/lobby"])
    func post_IsAnsweredWithTheMessage_AndWhereItIs(target: String) throws {
        let answer = try server.send(.json(#"{"text":"hi","user":"ann","client_id":"c-1"}"#, to: target))
        #expect(answer.status == 201)
        #expect(
            answer.text == #"{"id":1,"room":"lobby","prev":0,"user":"ann","guest":true,"text":"hi","#
                + #""sent_at":"\#(TestServer.timeText)","client_id":"c-1"}"# + "\n")
        #expect(answer["Location"] == "/rooms/lobby/messages/1")
        #expect(answer["Content-Type"] == "application/json")
        #expect(answer["Cache-Control"] == "no-store")
        #expect(try server.get("/rooms/lobby/messages/1").text == answer.text)
    }

    @Test func reply_NamesAMessageOfItsRoom() throws {
        try server.post("first")
        try server.post("elsewhere", in: "other")
        let answer = try server.send(.json(#"{"text":"hi","user":"ann","reply_to":1}"#))
        #expect(answer.status == 201)
        #expect(answer.json["reply_to"] as? Int == 1)
        #expect(answer.json["prev"] as? Int == 1)
        #expect(answer.json["id"] as? Int == 3)
        #expect(try server.send(.form("text=hi&reply_to=3")).json["reply_to"] as? Int == 3)
    }

    @Test(arguments: ["/rooms/%E5%A4%A7%E5%8E%85", "/rooms/大厅"])
    func roomOfAnyScript_HasAnAddressInASCII(target: String) throws {
        let answer = try server.send(.text("hi", to: target))
        #expect(answer.status == 201)
        #expect(answer.json["room"] as? String == "大厅")
        #expect(answer["Location"] == "/rooms/%E5%A4%A7%E5%8E%85/messages/1")
        #expect(try server.get(#require(answer["Location"])).text == answer.text)
    }

    @Test func roomsName_IsKeptInOneSpelling() throws {
        let answer = try server.send(.text("hi", to: "/rooms/E%CC%81T%C3%89"))
        #expect(answer["Location"] == "/rooms/%C3%A9t%C3%A9/messages/1")
        #expect(answer.json["room"] as? String == "\u{e9}t\u{e9}")
    }

    @Test func longestText_IsTaken() throws {
        let text = String(repeating: "x", count: 16 * 1024)
        #expect(try server.send(.text(text)).json["text"] as? String == text)
        #expect(try server.send(.json("{\"text\":\"\(text)\"}")).status == 201)
    }

    @Test func bodyInChunks_IsABody() throws {
        let connection = try server.connect()
        try connection.send(
            Array(
                ("POST /rooms/lobby HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n").utf8))
        #expect(try connection.answer().json["text"] as? String == "hello")
    }

    @Test func connection_CarriesOnePostAfterAnother() throws {
        let connection = try server.connect()
        for id in 1...3 {
            try connection.send(.text("hi"))
            #expect(try connection.answer().json["id"] as? Int == id)
        }
        // And all at once.
        try connection.send(
            TestRequest.text("a").bytes + TestRequest("GET", "/healthz").bytes + TestRequest.text("b").bytes)
        #expect(try connection.answer().json["id"] as? Int == 4)
        #expect(try connection.answer().text == "ok\n")
        #expect(try connection.answer().json["id"] as? Int == 5)
    }

    @Test func postOfHTTP10_IsAnsweredAndClosed() throws {
        var request = TestRequest.text("hi")
        request.version = "HTTP/1.0"
        let connection = try server.connect()
        try connection.send(request)
        #expect(try connection.answer().status == 201)
        #expect(try connection.takeRest() == [])
    }
}

private let form = "application/x-www-form-urlencoded"
/// More nested than any reader follows.
private let deep = String(repeating: "{\"a\":", count: 3000)
