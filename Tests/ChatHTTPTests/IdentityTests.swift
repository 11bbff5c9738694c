import Foundation
import Testing

/// Who is taken to be asking.
@Suite struct IdentityTests {
    private static func basic(_ pair: String) -> String {
        "Authorization: Basic \(Data(pair.utf8).base64EncodedString())"
    }

    @Test(arguments: [
        (TestRequest.json(#"{"text":"hi","user":"bob"}"#, to: "/rooms/lobby?user=ann"), "bob"),
        (.form("text=hi&user=bob", to: "/rooms/lobby?user=ann"), "bob"),
        (.text("hi", to: "/rooms/lobby?user=ann"), "ann"),
        (.text("hi", to: "/rooms/lobby?user=%20Ann+Lee%20"), "Ann Lee"),
        (.text("hi", to: "/rooms/lobby?user=a&user=b"), "a"),
        (.json(#"{"text":"hi","user":"bob"}"#, to: "/rooms/lobby?user=ann", basic("cat:")), "cat"),
        (.text("hi", to: "/rooms/lobby", basic("大卫:")), "大卫"),
        (.text("hi", to: "/rooms/lobby", basic("a:b:").replacingOccurrences(of: "Basic", with: "bASIC")), "a:b"),
    ])
    func sender_IsTheFirstThatIsGiven(request: TestRequest, user: String) throws {
        let answer = try TestServer().send(request)
        #expect(answer.status == 201)
        #expect(answer.json["user"] as? String == user)
        #expect(answer.json["guest"] as? Bool == true)
    }

    /// Names of strangers: to normalize one takes longer than in proportion to its length.
    @Test func longNameOfMarks_IsRefusedAtOnce() throws {
        let server = try TestServer()
        let marks = String(repeating: "\u{301}", count: 15_000) + String(repeating: "\u{323}", count: 15_000)
        let start = ContinuousClock.now
        for request in [
            TestRequest.json(#"{"text":"hi","user":"a\#(marks)"}"#, to: "/rooms/lobby"),
            .json(#"{"text":"hi","a\#(marks)":1}"#, to: "/rooms/lobby"),
            .form("text=hi&a\(marks)=1", to: "/rooms/lobby?user="),
            .json(#"{"user":"a\#(marks)"}"#, to: "/session"), .json(#"{"a\#(marks)":1}"#, to: "/session"),
            .json(#"{"user":"a\#(String(repeating: #"\u0301\u0323"#, count: 5000))"}"#, to: "/session"),
            .text("hi", to: "/rooms/lobby", Self.basic("a" + String(marks.unicodeScalars.prefix(3000)) + ":")),
        ] {
            let answer = try server.send(request)
            #expect((400..<500).contains(answer.status), "\(answer.status)")
        }
        // Each took seconds.
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test func cookieBesideOnesThatJoinWhatFollows_IsFound() throws {
        let company = try Company.whole()
        let member = try company.session(of: "member")
        let shown = member.shows.map { $0.replacing("Cookie: ", with: "Cookie: x=\u{600}; ") }
        let session = try company.ask(Company.Person(name: "member", shows: shown), "GET", "/session")
        #expect(session.json["user"] as? String == "member")
    }

    @Test func guestWithoutAName_HasTheSameOneEachTime() throws {
        let folder = TemporaryFolder()
        var names: Set<String> = []
        for _ in 0..<2 {
            let server = try TestServer(in: folder)
            for _ in 0..<2 { names.insert(try server.send(.text("hi")).json["user"] as? String ?? "") }
        }
        #expect(names.count == 1)
        #expect(try #require(names.first).wholeMatch(of: /guest-[a-z2-9]{4}/) != nil)
    }

    @Test(arguments: [
        "Authorization: Bearer abc", basic("ann"), "Authorization: Basic !!!",
        "Authorization: Basic",
        "Authorization: x", "Authorization: Digest username=\"ann\"",
    ])
    func credentialThatIsUnknown_IsRefused(header: String) throws {
        let server = try TestServer()
        for request in [
            TestRequest.text("hi", to: "/rooms/lobby?user=ann", header),
            TestRequest("GET", "/rooms/lobby/events?user=ann", headers: [header]),
        ] {
            let answer = try server.send(request)
            #expect(answer.status == 401)
            #expect(answer.code == "bad_credential")
            #expect(answer["WWW-Authenticate"] == "Bearer realm=\"roomcast\"")
        }
        #expect(server.stored == 0)
    }
}
