import ChatHTTP
import Foundation
import Testing

@Suite struct StaticFilesTests {
    private static let files = [
        "index.html": "<!doctype html>", "styles/app.css": "a{}", "scripts/app.js": "1", "scripts/m.mjs": "2",
        "locales/en.json": "{}", "icons/a.svg": "<svg/>", "icons/a.png": "p", "favicon.ico": "i", "a.webp": "w",
        "site.webmanifest": "{}", "robots.txt": "r", "font.woff2": "f", "data.bin": "b", "noending": "n", "A.HTML": "h",
        "with space.txt": "s", "大厅.txt": "大", "sub/index.html": "sub", ".secret": "x", ".git/config": "x",
        "sub/.hidden": "x", "..txt": "x",
    ]

    @Test(arguments: [
        ("/", "text/html; charset=utf-8", "<!doctype html>"),
        ("/index.html", "text/html; charset=utf-8", "<!doctype html>"),
        ("/styles/app.css", "text/css; charset=utf-8", "a{}"),
        ("/scripts/app.js", "text/javascript; charset=utf-8", "1"),
        ("/scripts/m.mjs", "text/javascript; charset=utf-8", "2"), ("/locales/en.json", "application/json", "{}"),
        ("/icons/a.svg", "image/svg+xml", "<svg/>"), ("/icons/a.png", "image/png", "p"),
        ("/favicon.ico", "image/x-icon", "i"), ("/a.webp", "image/webp", "w"),
        ("/site.webmanifest", "application/manifest+json", "{}"), ("/robots.txt", "text/plain; charset=utf-8", "r"),
        ("/font.woff2", "font/woff2", "f"), ("/data.bin", "application/octet-stream", "b"),
        ("/noending", "application/octet-stream", "n"), ("/A.HTML", "text/html; charset=utf-8", "h"),
        ("/with%20space.txt", "text/plain; charset=utf-8", "s"),
        ("/%E5%A4%A7%E5%8E%85.txt", "text/plain; charset=utf-8", "大"),
        ("/scripts/app.js?v=1", "text/javascript; charset=utf-8", "1"),
        ("/scripts/%61pp.js", "text/javascript; charset=utf-8", "1"),
    ])
    func file_IsServedAsWhatItIs(target: String, type: String, text: String) throws {
        let answer = try TestServer(files: Self.files).get(target)
        #expect(answer.status == 200)
        #expect(answer.text == text)
        #expect(answer["Content-Type"] == type)
        #expect(answer["Cache-Control"] == "no-cache")
        #expect(answer["X-Content-Type-Options"] == "nosniff")
        #expect(answer["Referrer-Policy"] == "no-referrer")
        #expect(answer["Cross-Origin-Opener-Policy"] == "same-origin")
        let policy = try #require(answer["Content-Security-Policy"]).components(separatedBy: "; ")
        for rule in [
            "default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
            "form-action 'self'",
            "require-trusted-types-for 'script'",
        ] {
            #expect(policy.contains(rule))
        }
        #expect(!policy.contains { $0.contains("unsafe") })
    }

    @Test(arguments: [
        "/.secret", "/.git/config", "/.git", "/sub/.hidden", "/..txt", "/sub", "/sub/", "/styles", "/nothing.html",
        "/scripts/app.js/", "//index.html", "/./index.html", "/styles/../index.html", "/../index.html",
        "/../../../../etc/passwd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd",
        "/styles%2Fapp.css", "/scripts%5Capp.js", "/..;/index.html", "/index.html%20", "/INDEX.HTML", "/leak.txt",
        "/etc/passwd",
        "/out/outside.txt",
    ])
    func otherPath_IsNotServed(target: String) throws {
        let web = TemporaryFolder()
        let outside = TemporaryFolder()
        outside.write(["outside.txt": "secret"])
        web.write(Self.files)
        try Self.link(web.path + "/leak.txt", to: outside.path + "/outside.txt")
        try Self.link(web.path + "/out", to: outside.path)
        let answer = try TestServer(web: web).get(target)
        #expect(answer.status == 404)
        #expect(answer.code == "not_found")
    }

    @Test func linkWithinTheFolder_IsFollowed() throws {
        let web = TemporaryFolder()
        web.write(Self.files)
        try Self.link(web.path + "/alias.js", to: web.path + "/scripts/app.js")
        let answer = try TestServer(web: web).get("/alias.js")
        #expect(answer.status == 200)
        #expect(answer.text == "1")
    }

    @Test func fileThatIsTooLarge_IsLeftOut() throws {
        let web = TemporaryFolder()
        web.write(["large.txt": String(repeating: "x", count: StaticFiles.sizeLimit + 1), "small.txt": "s"])
        #expect(try StaticFiles(folder: URL(fileURLWithPath: web.path)).count == 1)
    }

    private static func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }
}
