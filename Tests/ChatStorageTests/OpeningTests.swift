import Chat
import Foundation
import GRDB
import Testing

@testable import ChatStorage

struct OpeningTests {
    let folder = TemporaryFolder()

    @Test func aMissingFolder_IsMadeForItsOwnerOnly() throws {
        let made = try DataFolder(path: folder.path + "/a/b")
        let attributes = try FileManager.default.attributesOfItem(atPath: made.path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test func aSecondServer_IsToldWhoHoldsTheFolder() throws {
        let held = try DataFolder(path: folder.path)
        #expect(throws: StorageError.alreadyInUse(folder: held.path, holder: getpid())) {
            try DataFolder(path: folder.path)
        }
        let message = StorageError.alreadyInUse(folder: held.path, holder: 17).description
        #expect(message.contains(held.path) && message.contains("17"))
    }

    @Test func theLock_EndsWithTheFolderObject() throws {
        var held: DataFolder? = try DataFolder(path: folder.path)
        _ = held
        held = nil
        _ = try DataFolder(path: folder.path)
    }

    @Test func aFolderThatCannotBeMade_IsNotWritable() {
        let error = #expect(throws: StorageError.self) { try DataFolder(path: "/proc/roomcast") }
        guard case .notWritable("/proc/roomcast", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func aNewerSchema_IsRefusedAndNothingWritten() throws {
        try FrozenSchema.make(at: folder.databasePath, adding: "INSERT INTO grdb_migrations VALUES ('2'), ('3')")
        try expectRefusal { $0 == .newerSchema(path: folder.databasePath, found: 3, known: Schema.knownVersion) }
    }

    @Test func aFileThatIsNoDatabase_IsDamaged() throws {
        try write(Data("Dear diary, this is no database. ".utf8 + [UInt8](repeating: 7, count: 9000)))
        try expectRefusal(isDamage)
    }

    @Test func aFileCutShort_IsDamaged() throws {
        try fill(messages: 200)
        let whole = folder.bytes(of: "roomcast.sqlite")!
        try write(whole[..<(whole.count / 2)])
        try expectRefusal(isDamage)
    }

    @Test func aNewestEntryThatIsUnreadable_IsDamage() throws {
        try fill(messages: 200)
        var bytes = folder.bytes(of: "roomcast.sqlite")!
        // All but the first page, which holds the header and the schema.
        for index in 4096..<bytes.count { bytes[index] = 0xa5 }
        try write(bytes)
        try expectRefusal(isDamage)
    }

    @Test func anEmptyFileBesideALogFile_IsDamage() throws {
        try write(Data())
        try Data(repeating: 1, count: 100).write(to: URL(fileURLWithPath: folder.databasePath + "-wal"))
        try expectRefusal(isDamage)
        #expect(folder.size(of: "roomcast.sqlite-wal") == 100)
    }

    @Test func anEmptyFile_IsANewLog() throws {
        try write(Data())
        #expect(try OpenLog(folder).log.headWhenOpened == 0)
    }

    @Test func anotherProgramsDatabase_IsLeftAlone() throws {
        let database = try DatabaseQueue(path: folder.databasePath)
        try database.write { try $0.execute(sql: "CREATE TABLE songs (title)") }
        try database.close()
        try expectRefusal(isDamage)
    }

    @Test func aLogThatLostItsEpoch_IsDamaged() throws {
        try FrozenSchema.make(at: folder.databasePath, adding: "DELETE FROM meta WHERE key = 'epoch'")
        #expect { try OpenLog(folder) } throws: { isDamage($0 as? StorageError) }
    }

    @Test func whatACrashLeftInTheLogFile_IsThereAgain() throws {
        let log = try OpenLog(folder)
        log.post([.of("one"), .of("two")])
        // The files as a killed process leaves them.
        let copy = TemporaryFolder()
        for name in ["roomcast.sqlite", "roomcast.sqlite-wal"] {
            try folder.bytes(of: name)!.write(to: URL(fileURLWithPath: copy.path + "/" + name))
        }
        let reopened = try OpenLog(copy)
        #expect(reopened.log.headWhenOpened == 2)
        #expect(reopened.log.epoch == log.log.epoch)
    }

    private func isDamage(_ error: StorageError?) -> Bool {
        if case .damaged(folder.databasePath, _) = error { true } else { false }
    }

    /// Opening fails as said, and the file is what it was before.
    private func expectRefusal(_ isExpected: (StorageError?) -> Bool) throws {
        let before = folder.bytes(of: "roomcast.sqlite")
        #expect { try OpenLog(folder) } throws: { isExpected($0 as? StorageError) }
        #expect(folder.bytes(of: "roomcast.sqlite") == before)
    }

    private func fill(messages: Int) throws {
        let log = try OpenLog(folder)
        log.post((0..<messages).map { .of(String(repeating: "x", count: 200) + "\($0)") })
        log.log.close()
    }

    private func write(_ bytes: Data) throws {
        try bytes.write(to: URL(fileURLWithPath: folder.databasePath))
    }
}
