import ArgumentParser
import Chat
import ChatHTTP
import ChatIdentity
import ChatStorage
import Foundation
import Logging
import Testing

@testable import roomcast

/// `roomcast user`, as it is typed: with a server on the folder, and without one.
@Suite(.serialized) final class UserCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("roomcast-\(UUID().uuidString)")
    // Longer than a socket's address may be.
    private var data: String { folder.appendingPathComponent(String(repeating: "d", count: 120)).path }
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("<!doctype html>".utf8).write(to: folder.appendingPathComponent("index.html"))
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func ask(_ request: AdminRequest) throws -> AdminAnswer {
        try AdminClient(folder: data).ask(request)
    }

    private func names() throws -> [String] {
        guard case .accounts(let accounts) = try ask(.accounts) else { return [] }
        return accounts.map { "\($0.name) \($0.role)\($0.isDisabled ? " disabled" : "")" }
    }

    private func withServer(_ body: (Server) throws -> Void) throws {
        var settings = Server.Settings(dataFolder: data, publicFolder: folder.path, loops: 1)
        settings.port = 0
        let server = try Server(settings: settings, signals: Signals(), logger: logger)
        defer { server.stop() }
        try body(server)
    }

    @Test func accounts_AreMadeAndChanged_WithAServerAndWithout() throws {
        _ = try ask(.addAccount(name: "ann", role: .admin, passwordHash: "x"))
        #expect(try names() == ["ann admin"])
        try withServer { server in
            #expect(server.firstAccount == nil)
            #expect(try names() == ["ann admin"])
            _ = try ask(.addAccount(name: "Bob", role: .member, passwordHash: "x"))
            _ = try ask(.setRole(name: "bob", role: .admin))
            _ = try ask(.setDisabled(name: "ANN", isDisabled: true, why: "gone"))
            #expect(try names() == ["ann admin disabled", "Bob admin"])
        }
        _ = try ask(.setDisabled(name: "ann", isDisabled: false, why: nil))
        #expect(try names() == ["ann admin", "Bob admin"])
    }

    /// How the command was written is right, so its usage is not shown: that is what ArgumentParser does with its own errors.
    @Test func passwordThatIsNotThere_IsNoWrongUsage() throws {
        let (input, terminal) = (open("/dev/null", O_RDONLY), dup(0))
        dup2(input, 0)
        defer {
            dup2(terminal, 0)
            close(input)
            close(terminal)
        }
        for way in [[], ["--password-stdin"]] {
            #expect(throws: ExitCode.validationFailure) {
                try User.Add.parse(["ann", "--data", data] + way).run()
            }
        }
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    /// Who has the folder can always make another.
    @Test func operator_MayTakeTheLastAdminAway_AndIsTold() throws {
        _ = try ask(.addAccount(name: "ann", role: .admin, passwordHash: "x"))
        func take(_ arguments: String...) throws {
            var command = try Roomcast.parseAsRoot(["user"] + arguments + ["--data", data])
            try command.run()
        }
        try take("role", "ann", "member")
        #expect(try names() == ["ann member"])
        try take("role", "ann", "admin")
        try take("disable", "ann")
        #expect(try names() == ["ann admin disabled"])
    }

    @Test func folderWithoutALog_IsLeftAsItIs() throws {
        let wishes: [AdminRequest] = [
            .accounts, .setRole(name: "ann", role: .admin), .setPassword(name: "ann", hash: "x"),
            .setDisabled(name: "ann", isDisabled: true, why: nil),
            .invite(hash: "x", role: .member, uses: 1, expiresAt: .now() + .days(1)),
        ]
        for wish in wishes {
            let failure = #expect(throws: AdminClient.Failure.self) { try ask(wish) }
            #expect(failure?.exitCode == 66 && "\(failure!)".hasPrefix("there is no log at "), "\(wish)")
        }
        #expect(!FileManager.default.fileExists(atPath: data))
    }

    @Test func whatIsRefused_SaysWhy() throws {
        _ = try ask(.addAccount(name: "ann", role: .member, passwordHash: "x"))
        try withServer { _ in
            for (request, words) in [
                (
                    AdminRequest.addAccount(name: "Ann", role: .member, passwordHash: "x"),
                    "There is an account Ann already"
                ),
                (.addAccount(name: "a@b", role: .member, passwordHash: "x"), "The name cannot be used"),
                (.setRole(name: "nobody", role: .admin), "There is no account nobody"),
            ] {
                let error = #expect(throws: AdminClient.Failure.self) { try self.ask(request) }
                #expect("\(error!)".hasPrefix(words), "\(error!)")
                #expect(error?.exitCode == 1)
            }
        }
    }

    @Test func socket_IsItsOwnersAlone_AndGoesWithTheServer() throws {
        let path = data + "/admin.sock"
        try withServer { _ in
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func invitation_IsALinkThatCounts() throws {
        let secret = Secret.random(.invite)
        #expect(
            InvitationLink.text(secret, at: "https://chat.example") == "https://chat.example/#invite=\(secret.text)")
        try withServer { server in
            #expect(server.firstAccount != nil)
            _ = try ask(
                .invite(
                    hash: secret.hash.description, role: .member, uses: 1,
                    expiresAt: .init(millisecondsSince1970: 4_000_000_000_000)))
        }
    }

    @Test(arguments: [
        ["user", "add"], ["user", "invite", "--uses", "0"], ["user", "invite", "--days", "366"],
        ["user", "role", "ann", "king"], ["user", "nothing"],
    ])
    func wrongArguments_AreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try Roomcast.parseAsRoot(arguments) }
    }
}
