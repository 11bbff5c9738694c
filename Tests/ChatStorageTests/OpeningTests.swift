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
        try FrozenSchema.make(
            at: folder.databasePath, adding: "INSERT INTO grdb_migrations VALUES ('2'), ('3'), ('4'), ('5')")
        try expectRefusal { $0 == .newerSchema(path: folder.databasePath, found: 5, known: Schema.knownVersion) }
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
        try expectRefusal(isDamage)
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

    /// SQLite itself would take the damage for the end of the file, and forget what was acknowledged behind it.
    @Test(arguments: [8, 33, 32 + 24 + 2000, 32 + 24 + 4096 + 10, 32 + 24 + 4096 + 20])
    func aDamagedLogFile_IsRefusedAndLeftAsItIs(offset: Int) throws {
        let copy = try crashed(posts: 8) { $0[offset] ^= 0x10 }
        let before = copy.bytes(of: "roomcast.sqlite-wal")
        #expect(try LogCheck(ofFolder: copy.path).findings.contains { $0.contains("-wal is damaged") })
        let error = #expect(throws: StorageError.self) { try OpenLog(copy) }
        guard case .damagedLogFile(copy.databasePath + "-wal", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(copy.bytes(of: "roomcast.sqlite-wal") == before)
    }

    /// Nor does it become a node's by that.
    @Test(arguments: [8, 32 + 24 + 2000, 32 + 24 + 4096 + 20, 32 + 20 * (24 + 4096) + 100])
    func aSingleServersDamagedLogFile_IsRefusedByANode(offset: Int) throws {
        let copy = try crashed(posts: 8) { $0[offset] ^= 0x10 }
        let before = copy.bytes(of: "roomcast.sqlite-wal")
        let membership = ReplicaFile.Membership(
            cluster: "c", epoch: Epoch("k3f9ab")!, guestSecret: [UInt8](repeating: 7, count: 32))
        let folder = try DataFolder(path: copy.path)
        #expect(throws: StorageError.self) { try ReplicaFile(in: folder) }
        #expect(throws: StorageError.self) { try ReplicaFile.adopt(in: folder, into: "c") }
        #expect(throws: StorageError.self) { try LogDatabase.open(in: folder, of: membership) }
        #expect(copy.bytes(of: "roomcast.sqlite-wal") == before)
    }

    /// A loss of power may leave any part of the last transaction, and anything of earlier rounds behind it.
    @Test(arguments: [false, true])
    func aTornEndOfTheLogFile_IsNoDamage(isCut: Bool) throws {
        let copy = try crashed(posts: 8) { bytes in
            if isCut { bytes.removeLast(5000) } else { bytes[bytes.count - 100] ^= 0x10 }
            bytes += [UInt8](repeating: 0xa5, count: 10_000)
        }
        #expect(try OpenLog(copy).log.headWhenOpened == 7)
    }

    @Test func aLogFileThatWasOnlyMadeLonger_IsNoDamage() throws {
        let copy = try crashed(posts: 1) { $0 = Data(count: 9000) }
        try Data(try copyOfClosed()).write(to: URL(fileURLWithPath: copy.databasePath))
        _ = try OpenLog(copy)
    }

    /// A folder as a killed server leaves it, each post in a transaction of its own, with its log file changed.
    private func crashed(posts: Int, _ change: (inout Data) -> Void) throws -> TemporaryFolder {
        let log = try OpenLog(folder)
        for number in 1...posts { log.post(.of("\(number)")) }
        let copy = TemporaryFolder()
        try folder.bytes(of: "roomcast.sqlite")!.write(to: URL(fileURLWithPath: copy.databasePath))
        var bytes = folder.bytes(of: "roomcast.sqlite-wal")!
        change(&bytes)
        try bytes.write(to: URL(fileURLWithPath: copy.databasePath + "-wal"))
        return copy
    }

    private func copyOfClosed() throws -> Data {
        let other = TemporaryFolder()
        let log = try OpenLog(other)
        log.log.close()
        return other.bytes(of: "roomcast.sqlite")!
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
