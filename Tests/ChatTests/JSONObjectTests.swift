import Chat
import Foundation
import Testing

@Suite struct JSONObjectTests {
    private static func object(_ text: String) -> [UInt8] {
        var json = JSONObject()
        json.set("text", text)
        return json.bytes()
    }

    @Test(arguments: [
        ("", #""""#), ("hi", #""hi""#), ("a\"b", #""a\"b""#), ("a\\b", #""a\\b""#), ("/", #""/""#),
        ("\n\r\t", #""\n\r\t""#), ("\r\n", #""\r\n""#), ("\u{0}", #""\u0000""#), ("\u{8}\u{c}", #""\u0008\u000c""#),
        ("\u{1f}\u{7f}", "\"\\u001f\u{7f}\""), ("大厅 💬", #""大厅 💬""#), ("\u{2028}\u{2029}", #""\u2028\u2029""#),
        ("\u{2027}\u{202a}€", "\"\u{2027}\u{202a}€\""), ("x\u{2028}", #""x\u2028""#), ("\u{2028}x", #""\u2028x""#),
        ("\\u0041", #""\\u0041""#), ("e\u{301}", "\"e\u{301}\""), ("\"", #""\"""#),
    ])
    func text_IsEscapedWhereItMustBe(text: String, written: String) {
        #expect(String(decoding: Self.object(text), as: UTF8.self) == "{\"text\":\(written)}")
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func anyText_IsReadBack(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let text = Self.nastyText(using: &generator)
            let bytes = Self.object(text)
            let value = try #require(JSONDecoder().decode([String: String].self, from: Data(bytes))["text"])
            #expect(value.unicodeScalars.elementsEqual(text.unicodeScalars))
            // One line, for whoever splits it.
            #expect(bytes.allSatisfy { $0 >= 0x20 })
            let written = String(decoding: bytes, as: UTF8.self).unicodeScalars
            #expect(!written.contains("\u{2028}") && !written.contains("\u{2029}"))
        }
    }

    private static func nastyText(using generator: inout SeededGenerator) -> String {
        let scalars: [Unicode.Scalar] = [
            "\"", "\\", "/", "u", "n", "\n", "\r", "\t", "\u{0}", "\u{8}", "\u{1f}", "\u{7f}", "\u{80}", "\u{85}",
            "\u{2027}", "\u{2028}", "\u{2029}", "\u{202e}", "€", "\u{20ac}", "\u{2000}", "\u{feff}", "\u{fffd}",
            "\u{ffff}", "é", "\u{301}", "大", "💬", "\u{200d}", "\u{10ffff}", "<", "&", "'", " ", "{", "}",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            if Bool.random(using: &generator) {
                text.append(scalars.randomElement(using: &generator)!)
            } else if let any = Unicode.Scalar(UInt32.random(in: 0...0x10ffff, using: &generator)) {
                text.append(any)
            }
        }
        return String(text)
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 1_000_000, .max - 1, .max, -1, -10, .min + 1, .min] as [Int64])
    func number_IsWrittenInDecimal(value: Int64) {
        var json = JSONObject()
        json.set("n", value)
        #expect(String(decoding: json.bytes(), as: UTF8.self) == "{\"n\":\(value)}")
    }

    @Test func members_StandInTheOrderOfTheCalls() {
        var json = JSONObject()
        json.set("b", Int64.min)
        json.set("a", Int64.max)
        json.set("yes", true)
        json.set("no", false)
        json.set("at", Timestamp(millisecondsSince1970: 0))
        json.set("list", ["a\"", "b"])
        json.set("none", [String]())
        json.set("objects", listOf: [Array("{}".utf8), Array("1".utf8)])
        json.set("nothing", listOf: [])
        #expect(
            String(decoding: json.bytes(), as: UTF8.self)
                == #"{"b":-9223372036854775808,"a":9223372036854775807,"yes":true,"no":false,"#
                + #""at":"1970-01-01T00:00:00.000Z","list":["a\"","b"],"none":[],"objects":[{},1],"nothing":[]}"#)
    }

    @Test func emptyObject_IsOne() {
        #expect(JSONObject().bytes() == Array("{}".utf8))
    }
}
