internal import Chat
internal import Foundation
internal import MicroHTTPD

@testable internal import ChatHTTP

/// Names of rooms and people: taken names are in their one spelling, stay so, and come through a path.
func names(_ input: [UInt8]) {
    let given = String(decoding: input, as: UTF8.self)
    if let room = try? RoomName(given) {
        let text = room.text
        expectSame((try? RoomName(text))?.text, text, "a name's own name")
        expect((1...RoomName.maximumLength).contains(text.unicodeScalars.count), "a name of another length")
        expectSame(text.precomposedStringWithCanonicalMapping, text, "not NFC")
        expectSame(text.lowercased(), text, "not in lower case")
        for scalar in text.unicodeScalars {
            let isWritten = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            let isMark = [.nonspacingMark, .spacingMark].contains(scalar.properties.generalCategory)
            expect(
                isWritten || isMark || scalar == "-" || scalar == "_", "U+\(String(scalar.value, radix: 16)) in a name")
            expect(!scalar.properties.isDefaultIgnorableCodePoint, "what cannot be seen in a name")
        }
        let path = Array(MessageHandler.path(of: 7, in: room).utf8)
        expect(path.allSatisfy { (0x21...0x7e).contains($0) }, "a path that is no ASCII")
        expectEqual(try? RequestTarget(raw: path).segments, ["rooms", text, "messages", "7"], "a message's path")
        expectSame(
            try? RoomName(given.uppercased().lowercased()).text,
            try? RoomName(given.lowercased().uppercased().lowercased()).text, "case")
    }
    if let sender = try? Sender.guest(named: given) {
        expectSame((try? Sender.guest(named: sender.name))?.name, sender.name, "a person's own name")
        expect((1...Sender.maximumNameLength).contains(sender.name.unicodeScalars.count), "a name of another length")
        expect(controls(in: sender.name).isEmpty && !sender.name.unicodeScalars.contains("\n"), "a name that drives")
        expectSame(sender.identity, "guest:" + sender.name, "who it is")
        expect(!sender.isAnonymous, "a named guest is nobody")
    }
}

private func expectSame(_ found: String?, _ expected: String?, _ words: String) {
    expectEqual(found.map { Array($0.utf8) }, expected.map { Array($0.utf8) }, words)
}
