import ArgumentParser
import ChatStorage
import Foundation
import Logging
import Testing

@testable import roomcast

/// `backup`, `restore` and `check` as they are typed.
@Suite final class StorageCommandTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("roomcast-\(UUID().uuidString)")
    private var data: String { folder.appendingPathComponent("data").path }
    private var file: String { folder.appendingPathComponent("backup.sqlite").path }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Its exit code.
    private func run(_ arguments: String...) -> Int32 {
        do {
            var command = try Roomcast.parseAsRoot(arguments)
            try command.run()
            return 0
        } catch {
            return Roomcast.exitCode(for: error).rawValue
        }
    }

    private func makeLog(in data: String) throws {
        try SQLiteLog(
            in: DataFolder(path: data), logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        ).close()
    }

    @Test func backup_IsCheckedAndRestored() throws {
        #expect(run("backup", file, "--data", data) == 66)
        #expect(run("check", "--data", data) == 66)
        try makeLog(in: data)
        #expect(run("check", "--data", data) == 0)
        #expect(run("backup", file, "--data", data) == 0)
        #expect(run("backup", file, "--data", data) == 73)
        #expect(run("backup", file, "--data", data, "--force") == 0)
        #expect(run("check", file) == 0)
        #expect(run("restore", file, "--data", data) == 73)
        #expect(run("restore", file, "--data", data, "--replace") == 0)
        #expect(run("restore", file + "-none", "--data", data, "--replace") == 66)
        #expect(run("restore", file, "--data", folder.appendingPathComponent("new").path) == 0)
        #expect(run("check", "--data", folder.appendingPathComponent("new").path) == 0)
    }

    @Test func folderInUse_IsNotRestoredTo_ButBackedUpAndChecked() throws {
        try makeLog(in: data)
        let lock = try DataFolder(path: data)
        #expect(run("backup", file, "--data", data) == 0)
        #expect(run("check", "--data", data) == 0)
        #expect(run("restore", file, "--data", data, "--replace") == 75)
        withExtendedLifetime(lock) {}
    }

    @Test func damagedFile_IsUnsound() throws {
        try Data(repeating: 7, count: 9000).write(to: URL(fileURLWithPath: file))
        #expect(run("check", file) == 65)
        #expect(run("restore", file, "--data", data) == 65)
    }

    @Test(arguments: [["backup"], ["restore"], ["backup", "a", "b"], ["check", "--force"]])
    func unsoundArguments_AreRefused(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try Roomcast.parseAsRoot(arguments) }
        #expect(error.map { Roomcast.exitCode(for: $0).rawValue } == 64)
    }

    @Test func data_IsTheFlagsElseTheVariablesElseTheServers() throws {
        func folder(_ arguments: [String], _ environment: [String: String]) throws -> String {
            try DataOption.parse(arguments).folder(environment: environment)
        }
        let environment = ["ROOMCAST_DATA": "/a", "STATE_DIRECTORY": "/b"]
        #expect(try folder(["--data", "/c"], environment) == "/c")
        #expect(try folder([], environment) == "/a")
        #expect(try folder([], ["ROOMCAST_DATA": "", "STATE_DIRECTORY": "/b"]) == "/b")
    }

    @Test(arguments: [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (3 << 30, "3.0 GiB")])
    func bytes_AreForPeople(bytes: Int, text: String) {
        #expect(ByteCount(bytes).description == text)
    }
}
