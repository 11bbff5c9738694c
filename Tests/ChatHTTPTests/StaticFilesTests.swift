import Foundation
import Synchronization
import Testing

@testable import ChatHTTP

@Suite struct StaticFilesTests {
    private static let files = [
        "index.html": "<!doctype html>", "styles/app.css": "a{}", "scripts/app.js": "1", "scripts/m.mjs": "2",
        "locales/en.json": "{}", "icons/a.svg": "<svg/>", "icons/a.png": "p", "favicon.ico": "i", "a.webp": "w",
        "site.webmanifest": "{}", "robots.txt": "r", "font.woff2": "f", "a.jpg": "j", "a.mp3": "m", "data.bin": "b",
        "noending": "n", "A.HTML": "h",
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
        ("/font.woff2", "font/woff2", "f"), ("/a.jpg", "image/jpeg", "j"), ("/a.mp3", "audio/mpeg", "m"),
        ("/data.bin", "application/octet-stream", "b"),
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
        #expect(answer["Cross-Origin-Resource-Policy"] == "same-origin")
        #expect(try #require(answer["Permissions-Policy"]).contains("camera=()"))
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
        "/out/outside.txt", "/%2esecret", "/.%67it/config", "/alias.txt", "/%2e%2e", "/%2e/index.html",
        "/scripts/..%2f..%2findex.html", "/..%5c..%5cetc%5cpasswd", "/pipe", "/%252e%252e/etc/passwd",
    ])
    func otherPath_IsNotServed(target: String) throws {
        let web = TemporaryFolder()
        let outside = TemporaryFolder()
        outside.write(["outside.txt": "secret"])
        web.write(Self.files)
        try Self.link(web.path + "/leak.txt", to: outside.path + "/outside.txt")
        try Self.link(web.path + "/out", to: outside.path)
        try Self.link(web.path + "/alias.txt", to: web.path + "/.secret")
        mkfifo(web.path + "/pipe", 0o600)
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

    @Test func filesBeyondTheTotal_AreLeftOut_AndNamed() throws {
        let web = TemporaryFolder()
        let count = StaticFiles.totalLimit / StaticFiles.sizeLimit
        for number in 0...count {
            web.write(["\(number).bin": ""])
            truncate(web.path + "/\(number).bin", StaticFiles.sizeLimit)
        }
        let files = try StaticFiles(folder: URL(fileURLWithPath: web.path))
        #expect(files.count == count)
        #expect(files.leftOut.count == 1)
    }

    @Test func folderThatIsNotThere_IsAnError() {
        #expect(throws: (any Error).self) { try StaticFiles(folder: URL(fileURLWithPath: "/nonexistent/web")) }
    }

    // MARK: What is known already

    @Test func fileThatIsKnown_IsNotSentAgain() throws {
        let server = try TestServer(files: Self.files)
        let first = try server.get("/scripts/app.js")
        let tag = try #require(first["ETag"])
        #expect(tag.wholeMatch(of: /"[A-Za-z0-9+\/]{16}"/) != nil)
        let connection = try server.connect()
        for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
            for method in ["GET", "HEAD"] {
                try connection.send(TestRequest(method, "/scripts/app.js", headers: ["If-None-Match: \(known)"]))
                let answer = try connection.answer(to: method)
                #expect(answer.status == 304)
                #expect(answer["ETag"] == tag)
                #expect(answer["Cache-Control"] == "no-cache")
                // What a 200 would have, or nothing.
                #expect(["1", nil].contains(answer["Content-Length"]))
            }
        }
        // Nothing of a body was sent: the connection is in step.
        try connection.send(TestRequest("GET", "/healthz"))
        #expect(try connection.answer().text == "ok\n")
        #expect(try server.get("/scripts/app.js", "If-None-Match: \"other\"").text == "1")
        #expect(try server.get("/", "If-None-Match: \(tag)").status == 200)
        #expect(
            try server.get("/rooms/lobby", "Accept: text/html", "If-None-Match: \(#require(server.get("/")["ETag"]))")
                .status == 304)
    }

    @Test func tag_IsThatOfTheContent() throws {
        let one = try TestServer(files: ["a.js": "1", "b.js": "1", "c.js": "2"])
        let another = try TestServer(files: ["a.js": "1"])
        func tag(_ server: TestServer, _ path: String) throws -> String { try #require(server.get(path)["ETag"]) }
        #expect(try tag(one, "/a.js") == tag(one, "/b.js"))
        #expect(try tag(one, "/a.js") == tag(another, "/a.js"))
        #expect(try tag(one, "/a.js") != tag(one, "/c.js"))
    }

    // MARK: Compression

    private static let long = String(repeating: "let a = 1;\n", count: 1000)

    @Test(arguments: ["gzip", "deflate, gzip;q=0.5", "GZIP", "*", "x-gzip", "br, *;q=0.1", "gzip;q=nan"])
    func clientThatTakesGzip_GetsIt(accepted: String) throws {
        let server = try TestServer(files: ["a.js": Self.long])
        let plain = try server.get("/a.js")
        let answer = try server.get("/a.js", "Accept-Encoding: \(accepted)")
        #expect(answer["Content-Encoding"] == "gzip")
        #expect(answer["Content-Type"] == "text/javascript; charset=utf-8")
        #expect(answer["Vary"] == "Accept-Encoding")
        #expect(answer.body.count < Self.long.utf8.count / 10)
        #expect(try Self.gunzipped(answer.body) == Self.long)
        #expect(answer["ETag"] != plain["ETag"])
        let tag = try #require(answer["ETag"])
        #expect(try server.get("/a.js", "Accept-Encoding: gzip", "If-None-Match: \(tag)").status == 304)
        #expect(try server.get("/a.js", "If-None-Match: \(tag)").status == 200)
    }

    @Test(arguments: [nil, "", "identity", "br", "gzip;q=0", "gzip;q=0, *", "*;q=0", "gzipped"])
    func otherClient_GetsThePlainFile(accepted: String?) throws {
        let server = try TestServer(files: ["a.js": Self.long])
        let answer = try server.send(
            TestRequest("GET", "/a.js", headers: accepted.map { ["Accept-Encoding: \($0)"] } ?? []))
        #expect(answer["Content-Encoding"] == nil)
        #expect(answer["Vary"] == "Accept-Encoding")
        #expect(answer.text == Self.long)
    }

    @Test func onlyWhatGetsSmaller_IsCompressed() throws {
        let server = try TestServer(files: ["small.js": "1", "image.png": Self.long, "font.woff2": Self.long])
        for path in ["/small.js", "/image.png", "/font.woff2"] {
            let answer = try server.get(path, "Accept-Encoding: gzip")
            #expect(answer.status == 200)
            #expect(answer["Content-Encoding"] == nil)
            #expect(answer["Vary"] == nil)
        }
    }

    /// By a program that is not ours.
    private static func gunzipped(_ bytes: [UInt8]) throws -> String {
        let folder = TemporaryFolder()
        let file = URL(fileURLWithPath: folder.path + "/a.gz")
        try Data(bytes).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }

    // MARK: Changes

    @Test func changedFiles_AreServedWithoutARestart() throws {
        let web = TemporaryFolder()
        let server = try TestServer(web: web, files: ["a.js": "1", "b.js": "2"], looksEvery: 0.02)
        let tag = try #require(server.get("/a.js")["ETag"])
        web.write(["a.js": "3", "sub/new.js": "4"])
        try FileManager.default.removeItem(atPath: web.path + "/b.js")
        try waitUntil("the change is served") { try server.get("/a.js").text == "3" }
        try waitUntil("the new file is served") { try server.get("/sub/new.js").text == "4" }
        try waitUntil("the removed file is not") { try server.get("/b.js").status == 404 }
        #expect(try server.get("/a.js", "If-None-Match: \(tag)").status == 200)
    }

    @Test func folderThatIsGone_IsServedAsItWas_UntilItIsBack() throws {
        let web = TemporaryFolder()
        web.write(["a.js": "1"])
        let files = try StaticFiles(folder: URL(fileURLWithPath: web.path))
        let failures = Mutex(0)
        files.watch(everySeconds: 0.02) { _ in failures.withLock { $0 += 1 } }
        try FileManager.default.moveItem(atPath: web.path, toPath: web.path + "-away")
        try waitUntil("it is told") { failures.withLock { $0 } > 0 }
        #expect(files.count == 1)
        try FileManager.default.moveItem(atPath: web.path + "-away", toPath: web.path)
        web.write(["b.js": "2"])
        try waitUntil("the folder is read again") { files.count == 2 }
        #expect(failures.withLock { $0 } == 1)
    }

    @Test func look_ReadsOnlyWhatHasChanged() throws {
        let web = TemporaryFolder()
        web.write(["old.js": "1", "fresh.js": "2"])
        let longAgo = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -60)]
        try FileManager.default.setAttributes(longAgo, ofItemAtPath: web.path + "/old.js")
        let folder = URL(fileURLWithPath: web.path)
        let first = try FolderSnapshot(of: folder.path)
        let second = try FolderSnapshot(of: folder.path, after: first)
        #expect(first.files[["old.js"]] === second.files[["old.js"]])
        // A file changed twice within one tick of the disk's clock looks the same.
        #expect(first.files[["fresh.js"]] !== second.files[["fresh.js"]])
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -30)], ofItemAtPath: web.path + "/old.js")
        let third = try FolderSnapshot(of: folder.path, after: second)
        #expect(second.files[["old.js"]] !== third.files[["old.js"]])
    }

    // MARK: Nothing there

    @Test func missingFile_IsAPageForPeople_AndAProblemForPrograms() throws {
        let server = try TestServer(files: Self.files)
        let page = try server.get("/nothing", "Accept: text/html,application/xhtml+xml,*/*;q=0.8")
        #expect(page.status == 404)
        #expect(page["Content-Type"] == "text/html; charset=utf-8")
        #expect(page["Content-Security-Policy"] != nil)
        #expect(page.text.contains("<h1>"))
        for accept in ["*/*", "application/json", "text/html;q=0", "text/*"] {
            #expect(try server.get("/nothing", "Accept: \(accept)").code == "not_found")
        }
    }

    private static func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }
}
