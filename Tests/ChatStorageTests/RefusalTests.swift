import Foundation
import GRDB
import Testing

@testable import ChatStorage

/// What somebody is told who names the wrong thing: each says what is wrong with what they have named.
struct RefusalTests {
    let folder = TemporaryFolder()
    let elsewhere = TemporaryFolder()
    private var file: String { elsewhere.path + "/backup.sqlite" }

    private func backup(to file: String, replacing: Bool = false) -> StorageError? {
        error { () throws(StorageError) in _ = try LogBackup.make(of: folder.path, to: file, replacing: replacing) }
    }

    private func restore(of file: String) -> StorageError? {
        error { () throws(StorageError) in _ = try LogRestore(of: file, to: DataFolder(path: elsewhere.path)) }
    }

    private func check(_ file: String) -> StorageError? {
        error { () throws(StorageError) in _ = try LogCheck(ofFile: file) }
    }

    private func error(_ body: () throws(StorageError) -> Void) -> StorageError? {
        do throws(StorageError) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    // MARK: Where a backup shall be

    @Test func placeThatCannotBeWritten_IsNotTakenForADataFolder() throws {
        do { try OpenLog(folder).post(.of("1")) }
        let missing = elsewhere.path + "/none/backup.sqlite"
        #expect(backup(to: missing) == .noPlace(path: missing, reason: "No such file or directory"))
        #expect(!StorageError.noPlace(path: missing, reason: "").description.contains("--data"))
        try Data().write(to: URL(fileURLWithPath: elsewhere.path + "/file"))
        let below = elsewhere.path + "/file/backup.sqlite"
        #expect(backup(to: below) == .noPlace(path: below, reason: "Not a directory"))
    }

    @Test(arguments: [true, false])
    func folderOrDevice_IsNeverReplaced(replacing: Bool) throws {
        do { try OpenLog(folder).post(.of("1")) }
        let pipe = elsewhere.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [pipe, elsewhere.path] {
            let error = backup(to: path, replacing: replacing)
            #expect(error == .inTheWay(path: path, remedy: "it is a folder or a device; name a file"))
        }
        var status = stat()
        #expect(stat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    }

    @Test func whatIsNoLog_IsTheSourcesFault_NotTheCopys() throws {
        _ = try DatabaseQueue(path: folder.databasePath).write { try $0.execute(sql: "CREATE TABLE a(b)") }
        #expect(
            backup(to: file) == .damaged(path: folder.databasePath, detail: "it is not a log of roomcast"))
        try FrozenSchema.make(
            at: elsewhere.databasePath, adding: "INSERT INTO grdb_migrations VALUES ('2'), ('3'), ('4'), ('5')")
        #expect(
            error { () throws(StorageError) in _ = try LogBackup.make(of: elsewhere.path, to: file) }
                == .newerSchema(path: elsewhere.databasePath, found: 5, known: Schema.knownVersion))
    }

    @Test func fullDisk_IsThatOfTheCopy() throws {
        let copy = try LogCopy(to: file)
        defer { copy.discard() }
        #expect {
            try copy.change { _ in throw DatabaseError(resultCode: .SQLITE_FULL) }
        } throws: {
            $0 as? StorageError == .diskFull(path: copy.path)
        }
        #expect(StorageError(writing: file, code: ENOSPC) == .diskFull(path: file))
    }

    // MARK: What shall be read

    @Test func fileThatIsMissingOrEmpty_IsNoFile() throws {
        let missing = elsewhere.path + "/none.sqlite"
        #expect(restore(of: missing) == .noFile(path: missing))
        #expect(check(missing) == .noFile(path: missing))
        #expect(!StorageError.noFile(path: missing).description.contains("--data"))
        try Data().write(to: URL(fileURLWithPath: file))
        #expect(restore(of: file) == .noFile(path: file))
        #expect(
            error { () throws(StorageError) in _ = try LogCheck(ofFolder: folder.path) }
                == .noLog(path: folder.databasePath))
    }

    @Test func folder_IsNoFile() throws {
        let error = StorageError.cannotOpen(path: folder.path, reason: "it is no file, but a folder or a device")
        #expect(restore(of: folder.path) == error)
        #expect(check(folder.path) == error)
        try FileManager.default.createDirectory(atPath: folder.databasePath, withIntermediateDirectories: true)
        #expect(throws: StorageError.cannotOpen(path: folder.databasePath, reason: error.reason)) {
            try OpenLog(folder)
        }
    }

    // MARK: A data folder

    @Test func fileInAFoldersPlace_IsToldInWords() throws {
        try Data().write(to: URL(fileURLWithPath: file))
        for path in [file, file + "/data"] {
            #expect(throws: StorageError.notWritable(path: path, reason: "\(file) is no folder")) {
                try DataFolder(path: path)
            }
        }
    }

    @Test func errorsOfFoundation_AreToldInTheSystemsWords() {
        let path = folder.path + "/none"
        let error = #expect(throws: (any Error).self) { try Data(contentsOf: URL(fileURLWithPath: path)) }
        #expect(
            error.map { StorageError($0, path: path) } == .cannotOpen(path: path, reason: "No such file or directory"))
    }
}

extension StorageError {
    fileprivate var reason: String {
        if case .cannotOpen(_, let reason) = self { reason } else { "" }
    }
}
