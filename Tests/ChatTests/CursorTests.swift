import Chat
import Testing

@Suite struct CursorTests {
    @Test func cursor_IsWrittenAsEpochAndID() {
        #expect(Cursor(epoch: Epoch("k3f9ab")!, id: 1041).description == "k3f9ab-1041")
        #expect(Cursor(epoch: Epoch("a")!, id: .zero).description == "a-0")
    }

    @Test(
        arguments: [
            ("1041", nil, 1041), ("0", nil, 0), ("k3f9ab-1041", "k3f9ab", 1041), ("k3f9ab-0", "k3f9ab", 0),
            ("a-1", "a", 1), ("9223372036854775807", nil, .max), ("a-9223372036854775807", "a", .max),
        ] as [(String, String?, Int64)])
    func askedPosition_IsACursorOrAnID(text: String, epoch: String?, id: Int64) {
        #expect(AskedPosition(text) == AskedPosition(epoch: epoch.map { Epoch($0)! }, id: EntryID(rawValue: id)))
    }

    @Test(arguments: [
        "", "-", "-1", "+1", "1.0", "1 ", " 1", "1\n", "0x1", "１", "٣", "9223372036854775808", "k3f9ab", "k3f9ab-",
        "k3f9ab--1", "k3f9ab-+1", "k3f9ab-1-2", "k3f9ab-1 ", "K3f9ab-1", "3f9abk-1", "k_f-1", "é-1", "lobby 1",
        "abcdefghijklmnopq-1", "a-9223372036854775808", "-k3f9ab-1", "null", "undefined",
    ])
    func otherText_IsNoPosition(text: String) {
        #expect(AskedPosition(text) == nil)
    }

    @Test func everyCursor_IsReadBack() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<1000 {
            let cursor = Cursor(
                epoch: .random(using: &generator), id: EntryID(rawValue: .random(in: 0 ... .max, using: &generator)))
            #expect(AskedPosition(cursor.description) == AskedPosition(epoch: cursor.epoch, id: cursor.id))
        }
    }
}
