import ChatHTTP
import Testing

/// What is refused is refused in words, with a code for programs, and is not stored.
@Suite struct PostRefusalTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        let request: TestRequest
        let status: Int
        let code: String
        /// A word that the detail must have.
        var says = ""

        init(_ request: TestRequest, _ status: Int, _ code: String, says: String = "") {
            self.request = request
            self.status = status
            self.code = code
            self.says = says
        }

        var testDescription: String { "\(request) → \(status) \(code)" }
    }

    private static func typed(_ header: String...) -> TestRequest {
        TestRequest("POST", "/rooms/lobby", headers: header, body: "hi")
    }

    private static func plain(_ bytes: [UInt8], type: String = "text/plain") -> TestRequest {
        TestRequest("POST", "/rooms/lobby", headers: ["Content-Type: \(type)"], bytes: bytes)
    }

    private static let formType = "application/x-www-form-urlencoded"

    @Test(arguments: [
        // Types.
        Refused(typed(), 415, "unsupported_media_type", says: "nothing"),
        Refused(typed("Content-Type: application/xml"), 415, "unsupported_media_type", says: "application/xml"),
        Refused(typed("Content-Type: text/html"), 415, "unsupported_media_type"),
        Refused(typed("Content-Type: multipart/form-data; boundary=x"), 415, "unsupported_media_type"),
        Refused(typed("Content-Type: text/plain; charset=latin1"), 415, "unsupported_media_type", says: "UTF-8"),
        Refused(typed("Content-Type: application/json; charset=utf-16"), 415, "unsupported_media_type"),
        // What is not JSON.
        Refused(.json("{"), 400, "bad_json"),
        Refused(.json("hi"), 400, "bad_json"),
        Refused(.json(#"{"text":"hi"} x"#), 400, "bad_json"),
        Refused(.json(#"{'text':'hi'}"#), 400, "bad_json"),
        Refused(.json(""), 400, "bad_json"),
        Refused(.json(String(repeating: "[", count: 60_000)), 400, "bad_json"),
        Refused(
            plain(Array(#"{"text":""#.utf8) + [0xff] + Array("\"}".utf8), type: "application/json"), 400, "bad_json"),
        Refused(.json(#"{"text":"\ud800"}"#), 400, "bad_json"),
        // Fields.
        Refused(.json("{}"), 422, "missing_text"),
        Refused(.json(#"{"text":null}"#), 422, "missing_text"),
        Refused(.json(#"{"user":"ann"}"#), 422, "missing_text"),
        Refused(.json("[]"), 422, "wrong_type", says: "no object"),
        Refused(.json("null"), 422, "wrong_type", says: "no object"),
        Refused(.json(#""hi""#), 422, "wrong_type", says: "no object"),
        Refused(.json(#"{"text":1}"#), 422, "wrong_type", says: "\"text\" should be a string"),
        Refused(.json(#"{"text":["hi"]}"#), 422, "wrong_type", says: "\"text\""),
        Refused(.json(#"{"text":"hi","user":1}"#), 422, "wrong_type", says: "\"user\""),
        Refused(.json(#"{"text":"hi","client_id":true}"#), 422, "wrong_type", says: "\"client_id\""),
        Refused(
            .json(#"{"text":"hi","reply_to":"1"}"#), 422, "wrong_type", says: "\"reply_to\" should be a whole number"),
        Refused(.json(#"{"text":"hi","reply_to":1.5}"#), 422, "wrong_type", says: "\"reply_to\""),
        Refused(.json(#"{"text":"hi","reply_to":1e30}"#), 422, "wrong_type", says: "\"reply_to\""),
        Refused(.form(#"{"text":1}"#), 422, "wrong_type", says: "\"text\""),
        // Texts.
        Refused(.json(#"{"text":""}"#), 422, "empty_text"),
        Refused(.json(#"{"text":" \n\u3000"}"#), 422, "empty_text"),
        Refused(.text(""), 422, "empty_text"),
        Refused(.text(" \n"), 422, "empty_text"),
        Refused(.form(""), 422, "empty_text"),
        Refused(.form("text="), 422, "empty_text"),
        Refused(.form("text=+%0a"), 422, "empty_text"),
        Refused(plain([0x68, 0xff]), 400, "bad_encoding", says: "UTF-8"),
        Refused(plain([0xc0, 0x80]), 400, "bad_encoding"),
        Refused(plain([0xed, 0xa0, 0x80]), 400, "bad_encoding"),
        Refused(plain([0x68, 0xff], type: formType), 400, "bad_encoding"),
        // Senders and keys.
        Refused(.json(#"{"text":"hi","user":""}"#), 422, "bad_user_name"),
        Refused(.json(#"{"text":"hi","user":"a\u202eb"}"#), 422, "bad_user_name", says: "U+202E"),
        Refused(.text("hi", to: "/rooms/lobby?user="), 422, "bad_user_name"),
        Refused(.text("hi", to: "/rooms/lobby?user=a%0ab"), 422, "bad_user_name", says: "U+A"),
        Refused(.text("hi", to: "/rooms/lobby", "Idempotency-Key: short"), 422, "key_too_short", says: "22"),
        Refused(.json(#"{"text":"hi","client_id":"short"}"#), 422, "key_too_short"),
        Refused(.json(#"{"text":"hi","user":"ann","client_id":""}"#), 422, "bad_key"),
        Refused(.json(#"{"text":"hi","user":"ann","client_id":"a\nb"}"#), 422, "bad_key"),
        Refused(
            .text("hi", to: "/rooms/lobby?user=ann", "Idempotency-Key: \(String(repeating: "k", count: 201))"), 422,
            "bad_key", says: "200"),
        // Replies.
        Refused(.json(#"{"text":"hi","reply_to":99}"#), 422, "reply_target_not_found", says: "99"),
        Refused(.json(#"{"text":"hi","reply_to":0}"#), 422, "reply_target_not_found"),
        Refused(.json(#"{"text":"hi","reply_to":-1}"#), 422, "reply_target_not_found"),
        Refused(.json(#"{"text":"hi","reply_to":1}"#, to: "/rooms/other"), 422, "reply_target_not_found"),
        // Rooms.
        Refused(.text("hi", to: "/rooms/"), 400, "bad_room_name", says: "empty"),
        Refused(.text("hi", to: "/rooms/a%20b"), 400, "bad_room_name", says: "U+20"),
        Refused(.text("hi", to: "/rooms/a%2Fb"), 400, "bad_room_name", says: "U+2F"),
        Refused(.text("hi", to: "/rooms/.."), 400, "bad_room_name"),
        Refused(.text("hi", to: "/rooms/%F0%9F%92%AC/messages"), 400, "bad_room_name", says: "U+1F4AC"),
        Refused(.text("hi", to: "/rooms/\(String(repeating: "x", count: 65))"), 400, "bad_room_name", says: "64"),
        Refused(.text("hi", to: "/rooms/%ff"), 400, "malformed_request", says: "UTF-8"),
        Refused(.text("hi", to: "/rooms/a%00"), 400, "malformed_request", says: "%00"),
        Refused(.text("hi", to: "/rooms/a%2"), 400, "malformed_request"),
        Refused(.text("hi", to: "/rooms/a?user=%f"), 400, "malformed_request"),
    ])
    func post_IsRefused_WithACode(refused: Refused) throws {
        let server = try TestServer()
        try server.post("the only one")
        let answer = try server.send(refused.request)
        #expect(answer.status == refused.status, "\(answer)")
        #expect(answer.code == refused.code)
        #expect(answer.json["status"] as? Int == refused.status)
        #expect((answer.json["detail"] as? String ?? "").contains(refused.says))
        #expect(answer["Content-Type"] == "application/problem+json")
        #expect(answer["Cache-Control"] == "no-store")
        #expect(answer.text.hasSuffix("}\n"))
        #expect(server.stored == 1)
    }

    @Test func problem_IsByteExact() throws {
        #expect(
            try TestServer().send(.text(" ")).text
                == #"{"type":"about:blank","title":"Unprocessable Content","status":422,"#
                + #""detail":"The text is empty.","code":"empty_text"}"# + "\n")
    }

    @Test func tooLongText_IsToldItsSizeAndTheLimit() throws {
        let answer = try TestServer().send(.text(String(repeating: "x", count: 16 * 1024 + 1)))
        #expect(answer.status == 422)
        #expect(answer.code == "text_too_long")
        #expect(answer.json["limit"] as? Int == 16 * 1024)
        #expect(answer.json["size"] as? Int == 16 * 1024 + 1)
    }

    @Test func tooShortKey_IsToldItsSizeAndTheLimit() throws {
        let answer = try TestServer().send(.text("hi", to: "/rooms/lobby", "Idempotency-Key: k"))
        #expect(answer.json["limit"] as? Int == 22)
        #expect(answer.json["size"] as? Int == 1)
    }

    @Test func tooLargeBody_IsToldItsSizeAndTheLimit() throws {
        let server = try TestServer()
        let answer = try server.send(.text(String(repeating: "x", count: 65 * 1024)))
        #expect(answer.status == 413)
        #expect(answer.code == "body_too_large")
        #expect(answer.json["limit"] as? Int == 64 * 1024)
        #expect(answer.json["size"] as? Int == 65 * 1024)
        #expect(server.stored == 0)
    }

    @Test func tooLargeBodyInChunks_IsRefused() throws {
        let server = try TestServer()
        let connection = try server.connect()
        let chunk = "2000\r\n" + String(repeating: "x", count: 0x2000) + "\r\n"
        try connection.send(
            Array(
                ("POST /rooms/lobby HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + String(repeating: chunk, count: 9) + "0\r\n\r\n").utf8))
        let answer = try connection.answer()
        #expect(answer.status == 413)
        #expect(answer.json["size"] as? Int == 9 * 0x2000)
    }

    @Test func roomThatOneMayNotMake_IsNotFound() throws {
        var settings = ChatService.Settings()
        settings.roomMakers = .admins
        let answer = try TestServer(settings: settings).send(.text("hi"))
        #expect(answer.status == 404)
        #expect(answer.code == "room_not_found")
    }
}
