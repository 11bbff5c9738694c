import MicroHTTPD
import Testing

@Suite struct RequestTargetTests {
    private func target(_ text: String) throws -> RequestTarget {
        try RequestTarget(raw: Array(text.utf8))
    }

    @Test(arguments: [
        ("/", [""]),
        ("/rooms", ["rooms"]),
        ("/a/", ["a", ""]),
        ("//a", ["", "a"]),
        ("/rooms/%E5%A4%A7%E5%8E%85", ["rooms", "大厅"]),
        ("/a%2Fb/c", ["a/b", "c"]),
        ("/a%2fb", ["a/b"]),
        ("/%2E%2E/x", ["..", "x"]),
        ("/a+b", ["a+b"]),
        ("/a?b/c", ["a"]),
        ("http://host/a", ["a"]),
        ("https://host:1/a/b?c", ["a", "b"]),
        ("http://host", [""]),
        ("http://host?x=y", [""]),
        ("*", []),
    ])
    func path_IsSplitBeforeItIsDecoded(text: String, segments: [String]) throws {
        try #expect(target(text).segments == segments)
    }

    @Test(arguments: [
        ("/", []),
        ("/?", []),
        ("/?a=1&b=2", ["a=1", "b=2"]),
        ("/?a=1&a=2", ["a=1", "a=2"]),
        ("/?a", ["a="]),
        ("/?=x", ["=x"]),
        ("/?a=b=c", ["a=b=c"]),
        ("/?a+b=c+d", ["a b=c d"]),
        ("/?a=%2B%26%3D", ["a=+&="]),
        ("/?&&a=1&", ["a=1"]),
        ("/?a=?", ["a=?"]),
        ("http://host?x=y", ["x=y"]),
    ])
    func query_IsReadAsAForm(text: String, arguments: [String]) throws {
        try #expect(target(text).arguments.map { "\($0.name)=\($0.value)" } == arguments)
    }

    @Test func firstArgumentOfAName_Counts() throws {
        let target = try target("/?a=1&b=2&a=3")
        #expect(target.argument("a") == "1")
        #expect(target.argument("b") == "2")
        #expect(target.argument("c") == nil)
    }

    @Test(arguments: [
        "", "a", "ftp://host/", "host:80", "**", "/%", "/%4", "/%zz", "/a%00b", "/?a=%00", "/%FF", "/?a=%C3%28", "/%-1",
        "/% 1",
    ])
    func malformedTarget_IsRefused(text: String) {
        #expect(throws: RequestTarget.Malformed.self) { try target(text) }
    }

    /// They take longer to compare than they are long.
    @Test func targetWithManyMarks_IsRefused() throws {
        let marks = String(repeating: "%CC%81", count: 30)
        for text in ["/a\(marks)", "/?a\(marks)=1", "/?a=a\(marks)"] {
            _ = try target(text)
            let more = text.replacing(marks, with: marks + "%CC%A3")
            #expect(throws: RequestTarget.Malformed.self) { try target(more) }
        }
        _ = try target("/" + String(repeating: "a" + marks, count: 20))
    }

    @Test func equalTargets_AreEqual() throws {
        try #expect(target("/a%2Fb?c=1") == target("/a%2fb?%63=1"))
        try #expect(target("/a/b") != target("/a%2Fb"))
        try #expect(target("/a?b=1") != target("/a?b=2"))
    }
}
