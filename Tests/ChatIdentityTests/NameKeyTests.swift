import Foundation
import Testing

@testable import ChatIdentity

@Suite struct NameKeyTests {
    @Test(arguments: [
        ["ann", "Ann", "ANN", "аnn", "Ａnn", "𝐚nn", "a\u{200b}nn", " ann ", "ann\n"],
        ["lan", "Ian", "ian", "1an", "|an", "ⅼan", "ıan"],
        ["Nick", "Νick", "nіck", "NlCK"],
        ["paypal", "раураl", "PayPaI"],
        ["Bob", "B0b", "ΒΟΒ", "ВОВ"],
        ["Tom", "ТОМ", "Torn"],
        ["élan", "e\u{301}lan", "Élan", "ÉLAN"],
        ["Ìan", "ìan", "l\u{300}an"],
        ["Straße", "STRASSE", "strasse"],
        ["Ольга", "ольга", "ОЛЬГА"],
        ["Ɓala", "ɓala"],
        ["Ann Lee", "ann  lee", "ann\u{a0}lee", "ann\u{3000}lee"],
    ])
    func namesOfOnePerson_HaveOneKey(names: [String]) {
        for name in names { #expect(NameKey(name) == NameKey(names[0]), "\(name)") }
    }

    @Test func namesOfTwoPeople_HaveTwoKeys() {
        let names = [
            "ann", "anna", "nan", "ann lee", "annlee", "ann-lee", "ann_lee", "elan", "élan", "大卫", "👋", "Ольга",
        ]
        #expect(Set(names.map { NameKey($0) }).count == names.count)
    }

    /// A key can be computed again from itself, for names of ASCII.
    @Test func key_IsItsOwnKey() {
        for name in ["Mary", "Ian 10", "O'Neil", "`x|"] { #expect(NameKey(NameKey(name).text) == NameKey(name)) }
    }

    @Test func shortWay_GivesWhatICUGives_ForEachCharacterOfASCII() {
        for first in 0..<0x80 as Range<UInt8> {
            let one = String(Unicode.Scalar(first))
            #expect(NameKey.ofASCII(one) == NameKey.ofAny(one))
            for second in 0..<0x80 as Range<UInt8> {
                let two = one + String(Unicode.Scalar(second))
                guard NameKey.ofASCII(two) != NameKey.ofAny(two) else { continue }
                Issue.record("\(two.debugDescription)")
            }
        }
    }

    @Test func shortWay_GivesWhatICUGives_ForManyNames() {
        for _ in 0..<2000 {
            let scalars = (0..<Int.random(in: 0...64)).map { _ in Unicode.Scalar(UInt8.random(in: 0x20...0x7e)) }
            let name = String(String.UnicodeScalarView(scalars))
            #expect(NameKey.ofASCII(name) == NameKey.ofAny(name))
        }
    }

    /// Longer than what any name may be: ICU is asked again with more room.
    @Test func longName_HasItsKeyToo() {
        let name = String(repeating: "\u{fdfa}", count: 2000)
        #expect(NameKey(name).text.unicodeScalars.count > 30_000)
        #expect(NameKey("").text == "")
    }

    @Test func code_IsTheText() throws {
        let keys = [NameKey("Ann"), NameKey("Ольга")]
        let json = try JSONEncoder().encode(keys)
        #expect(String(decoding: json, as: UTF8.self) == #"["ann","\#(NameKey("Ольга").text)"]"#)
        #expect(try JSONDecoder().decode([NameKey].self, from: json) == keys)
    }
}
