internal import Chat
internal import Foundation

@testable internal import ChatHTTP

/// The grammar's check agrees with a second reader and is never laxer than Foundation; what is written can be read.
func json(_ bytes: [UInt8]) {
    let reference = try? ReferenceJSON(bytes)
    do throws(JSONGrammar.Fault) {
        try JSONGrammar.check(bytes)
        guard let reference else { fail("taken, and is no JSON") }
        for key in ["text", "user", "client_id", "reply_to"] {
            expect((reference.names ?? []).count { $0 == key } < 2, "taken, and has \(key) twice")
        }
        if !reference.hasLoneSurrogate && !reference.hasHugeNumber {
            let object = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            expect(object != nil, "taken, and Foundation does not read it")
        }
    } catch .repeatedKey {
        let names = reference?.names
        // It stops at the key, so what follows may be no JSON.
        if let names { expect(Set(names).count < names.count, "a key twice, which is there once") }
    } catch .longKey {
        expect(bytes.count > JSONGrammar.keyLimit, "a long key in a short text")
    } catch {
        if let reference, reference.depth < JSONGrammar.depthLimit { fail("refused, and is JSON") }
    }
    write(String(decoding: bytes, as: UTF8.self))
}

private func write(_ text: String) {
    var object = JSONObject()
    object.set("text", text)
    object.set("list", [text, ""])
    let written = object.bytes()
    expect(!written.contains { $0 < 0x20 }, "a control character in JSON")
    expect(
        !String(decoding: written, as: UTF8.self).unicodeScalars.contains { $0 == "\u{2028}" || $0 == "\u{2029}" },
        "a line's end in JSON")
    guard (try? JSONGrammar.check(written)) != nil, case .object(let members)? = try? ReferenceJSON(written).value,
        case .string(let read)? = members.first?.value
    else { fail("what was written is no JSON: \(String(decoding: written, as: UTF8.self))") }
    expect(read.utf8.elementsEqual(text.utf8), "written, and read as another text")
}
