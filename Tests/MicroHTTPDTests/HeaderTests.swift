import MicroHTTPD
import Testing

@Suite struct HeaderTests {
    @Test(arguments: [
        ("plain", "plain"), ("tab\tstays", "tab\tstays"), ("a\rb", "a b"), ("a\nb", "a b"), ("a\r\nb", "a  b"),
        ("a\u{0}b", "a b"), ("a\u{7f}b", "a b"), ("大厅", "大厅"), ("", ""),
    ])
    func value_IsOneLine(given: String, written: String) {
        // Compared by bytes: Swift takes CR LF for one character.
        #expect(Array(Header("X", given).value.utf8) == Array(written.utf8))
    }

    @Test func names_AreEqualInAnyCase() {
        #expect(Header("Content-Type", "a") == Header("content-type", "a"))
        #expect(Set([Header("A", "1"), Header("a", "1")]).count == 1)
        #expect(Header("A", "1") != Header("B", "1"))
    }

    @Test(arguments: [(200, "OK"), (404, "Not Found"), (413, "Content Too Large"), (299, "Unknown")])
    func status_HasItsPhrase(status: Int, phrase: String) {
        #expect(Status.phrase(for: status) == phrase)
    }
}
