import Foundation
import Testing

@testable import ChatHTTP

/// What of a JSON body is taken, and what is not: RFC 8259, not what one reader of it happens to accept.
@Suite struct JSONContractTests {
    private static let notJSON: [[UInt8]] =
        ([
            #"{"text":"hi",}"#, #"{"text":"hi","x":[1,]}"#, #"{"text":"hi",,"user":"ann"}"#, #"{,"text":"hi"}"#, "{,}",
            "[,]",
            #"{"text":"hi","x":01}"#, #"{"text":"hi","x":1.}"#, #"{"text":"hi","x":.5}"#, #"{"text":"hi","x":+1}"#,
            #"{"text":"hi","x":1e}"#, #"{"text":"hi","x":-}"#, #"{"text":"hi","x":0x1}"#, #"{"text":"hi","x":NaN}"#,
            #"{"text":"hi","x":Infinity}"#, #"{"text":"hi","x":tru}"#, #"{"text":"hi","x":True}"#,
            #"{"text":"hi","x":}"#,
            #"{"text":"hi","x":"\q"}"#, #"{"text":"hi","x":"\u12"}"#, #"{"text":"hi","x":"\u12g4"}"#,
            #"{"text":"hi","x":"}"#,
            #"{"text":"hi"/**/}"#, "{\"text\":\"hi\"}//", #"{text:"hi"}"#, #"{"text":hi}"#, #"{"text" "hi"}"#,
            #"{"text"}"#,
            #"{"text":"hi"}{"text":"ho"}"#, #"{"text":"hi"]"#, #"{"text":"hi""#, #"["text":"hi"]"#, #"{"text":"hi"}}"#,
            "{\"text\":\"a\nb\"}", "{\"text\":\"a\tb\"}", "{\"text\":\"a\0b\"}", "{\"text\":\"hi\"}\0",
            "{\"text\":\u{0c}\"hi\"}", "\u{a0}{\"text\":\"hi\"}", "\u{feff}{\"text\":\"hi\"}", " ", "{", "}", "\"", "-",
            "\\",
            #"{"text":"a","text":"b"}"#, #"{"text":"a","t\u0065xt":"b"}"#, #"{"text":"a","x":1,"x":2}"#,
            #"{"text":"hi","x":"# + String(repeating: "[", count: 600) + String(repeating: "]", count: 600) + "}",
            #"{"text":"hi","x":"# + String(repeating: "{\"a\":", count: 9000) + "1"
                + String(repeating: "}", count: 9000) + "}",
        ] as [String]).map { Array($0.utf8) }

    /// Where `%` stands there are bytes that no UTF-8 has.
    private static let notUnicode: [[UInt8]] = [
        #"{"text":"%"}"#, #"{"text":"hi","x":"%"}"#, #"{"text":"hi","%":1}"#,
    ].flatMap { (body: String) -> [[UInt8]] in
        let bad: [[UInt8]] = [
            [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xe2, 0x80],
        ]
        let parts = body.utf8.split(separator: UInt8(ascii: "%"))
        return bad.map { Array(parts[0]) + $0 + Array(parts[1]) }
    }

    /// `{"text":"hi"}` in UTF-16 of either order.
    private static let wide: [[UInt8]] = [true, false].map { isBigEndian in
        #"{"text":"hi"}"#.utf8.flatMap { (byte: UInt8) -> [UInt8] in isBigEndian ? [0, byte] : [byte, 0] }
    }

    private func post(_ body: [UInt8], as type: String = "application/json") -> TestRequest {
        TestRequest("POST", "/rooms/lobby?user=ann", headers: ["Content-Type: \(type)"], bytes: body)
    }

    @Test func whatIsNotJSON_IsRefused() throws {
        let server = try TestServer()
        let conversation = TestConversation(server)
        for body in Self.notJSON + Self.notUnicode + Self.wide {
            let request = post(body)
            try conversation.ask(request).expectProblem(400, "bad_json", "\(request)")
        }
        #expect(server.stored == 0)
    }

    /// `curl -d` sends everything as a form: what is not quite JSON is then what somebody typed.
    @Test func whatIsNotJSON_IsTextInAForm() throws {
        let server = try TestServer()
        let conversation = TestConversation(server)
        for body in Self.notJSON where body != [0x20] && body.count < 10_000 {
            let answer = try conversation.ask(post(body, as: "application/x-www-form-urlencoded"))
            #expect(answer.status == 201, "\(answer)")
            // Foundation's reader passes over a byte order mark that begins a string.
            let text = String(decoding: body, as: UTF8.self)
            #expect(answer.json["text"] as? String == (text.first == "\u{feff}" ? String(text.dropFirst()) : text))
        }
    }

    /// JSON by its grammar, so it is nothing that somebody typed; but no Unicode.
    @Test(arguments: ["application/json", "application/x-www-form-urlencoded"])
    func halfOfASurrogatePair_IsRefused(type: String) throws {
        let server = try TestServer()
        let conversation = TestConversation(server)
        for body in [#"{"text":"\ude00"}"#, #"{"text":"a\ud83d"}"#, #"{"text":"hi","user":"\ude00"}"#] {
            try conversation.ask(post(Array(body.utf8), as: type)).expectProblem(400, "bad_json", body)
        }
        #expect(server.stored == 0)
    }

    @Test func whatIsJSON_IsTaken() throws {
        let server = try TestServer()
        let conversation = TestConversation(server)
        for body in [
            "\t\r\n {\t\"text\"\r: \n\"hi\" } \n", #"{"\u0074ext":"\u0068i"}"#,
            #"{"text":"hi","user":null,"reply_to":null}"#,
            #"{"text":"hi","":{},"a":[],"b":[{}],"c":[[],[1,-0,0.5,1E+2,1e-9]],"d":{"e":true,"f":false,"g":null}}"#,
            #"{"text":"hi","x":{"y":1,"z":{"y":2,"y":3}}}"#, #"{"text":"hi","x":"\"\\\/\b\f\n\r\t\uD83D\uDCA9"}"#,
            #"{"text":"hi","x":"# + String(repeating: "9", count: 5000) + "}",
            #"{"text":"hi","x":"# + String(repeating: "[", count: 500) + String(repeating: "]", count: 500) + "}",
        ] {
            let answer = try conversation.ask(post(Array(body.utf8)))
            #expect(answer.status == 201, "\(body) → \(answer)")
            #expect(answer.json["text"] as? String == "hi")
        }
    }

    @Test func wrongType_IsNamed_InEachField() throws {
        let server = try TestServer()
        let conversation = TestConversation(server)
        let notStrings = ["1", "1.5", "true", "[]", "{}", "[\"hi\"]", "{\"text\":\"hi\"}"]
        let notWhole = [
            "\"1\"", "true", "[1]", "{}", "1.5", "-0.1", "1e30", "1e-1", "9223372036854775808", "-9223372036854775809",
            String(repeating: "9", count: 400),
        ]
        for (field, values) in [
            ("text", notStrings), ("user", notStrings), ("client_id", notStrings), ("reply_to", notWhole),
        ] {
            for value in values {
                let text = field == "text" ? "" : #","text":"hi""#
                let request = post(Array(#"{"\#(field)":\#(value)\#(text)}"#.utf8))
                let answer = try conversation.ask(request)
                answer.expectProblem(422, "wrong_type", "\(request)")
                #expect((answer.json["detail"] as? String ?? "").hasPrefix("\"\(field)\" should be"))
            }
        }
        for body in ["[]", "null", "true", "1", "\"hi\"", "[{\"text\":\"hi\"}]"] {
            try conversation.ask(post(Array(body.utf8))).expectProblem(422, "wrong_type", body)
        }
        #expect(server.stored == 0)
    }

    /// As many as can be made, from the sound and from the broken: this server's word is Foundation's, or stricter.
    @Test func grammar_TakesNothingThatFoundationDoesNot() throws {
        var generator = SystemRandomNumberGenerator()
        let pieces = Array(#"{}[],:"\"abu0019eE+-.tfn \\/"#.utf8) + [0x0a, 0x00, 0xc3, 0xa9]
        let seed = Array(#"{"a":[1,-2.5e+3,true,null,"\u00e9\n"],"b":{"c":[]},"d":""}"#.utf8)
        for _ in 0..<20_000 {
            var body = seed
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let place = Int.random(in: 0..<body.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: body[place] = pieces.randomElement(using: &generator)!
                case 1: body.insert(pieces.randomElement(using: &generator)!, at: place)
                default: body.remove(at: place)
                }
            }
            let isTaken: Bool
            do throws(JSONGrammar.Fault) {
                try JSONGrammar.check(body)
                isTaken = true
            } catch {
                isTaken = false
            }
            let text = String(decoding: body, as: UTF8.self)
            // JSON by its grammar, and beyond what a `Double` holds: Foundation may refuse it (RFC 8259 §6).
            guard isTaken, !text.contains(/[eE]\+?[0-9]{3}/) else { continue }
            let isJSON = (try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)) != nil
            #expect(isJSON, "\(text)")
        }
    }

    // MARK: What is not asked for

    /// What it was to say would be something else without it.
    @Test func misspeltField_IsRefused_AndNothingIsChanged() throws {
        let company = try Company.whole()
        let (owner, admin) = (try company.session(of: "owner"), try company.session(of: "admin"))
        for (person, method, target, body) in [
            (owner, "PUT", "/rooms/fresh", #"{"visibilty":"private"}"#),
            (owner, "PUT", "/rooms/hall", #"{"slowMode":7}"#),
            (owner, "POST", "/tokens", #"{"right":["read"]}"#), (admin, "POST", "/invites", #"{"use":5}"#),
            (owner, "PUT", "/rooms/hall/members/other", #"{"role":"member","wy":"x"}"#),
        ] {
            let answer = try company.ask(person, method, target, body)
            #expect(answer.status == 422 && answer.code == "unknown_field", "\(target): \(answer)")
        }
        #expect(try company.ask(owner, "GET", "/rooms/fresh").status == 404)
    }
}
