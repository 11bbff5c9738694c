import Chat
import Foundation
import GRDB
import Synchronization
import Testing

@testable import ChatStorage

struct BackupTests {
    let folder = TemporaryFolder()
    let elsewhere = TemporaryFolder()
    private var file: String { elsewhere.path + "/backup.sqlite" }

    private func restore(replacing: Bool = false) throws -> LogRestore {
        try LogRestore(
            of: file, to: DataFolder(path: elsewhere.path), replacing: replacing,
            now: Timestamp(millisecondsSince1970: 1_795_348_800_123))
    }

    /// What is acknowledged before the backup begins is in it, and what is in it is a log without a hole.
    @Test func aBackupUnderLoad_IsTheLogAtOneMoment() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(messages: 300))
        let text = String(repeating: "x", count: 2000)
        log.post((0..<2000).map { .of("\($0) \(text)", in: "room-\($0 % 5)", key: "key-\($0)") })
        let isOver = Atomic(false)
        let posters = (0..<4).map { poster in
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                var number = 0
                while !isOver.load(ordering: .relaxed) {
                    log.post(.of("\(poster) \(number) \(text)", in: "room-\(number % 7)", key: "\(poster)-\(number)"))
                    number += 1
                }
                done.signal()
            }
            return done
        }
        let removed = log.log.look()
        let before = log.observer.batches.last!.head
        let backup = try LogBackup.make(of: folder.path, to: file)
        let after = log.observer.batches.last!.head
        isOver.store(true, ordering: .relaxed)
        for done in posters + [removed] { #expect(done.wait(timeout: .now() + 30) == .success) }

        #expect(backup.head >= before && backup.head <= after.next)
        #expect(backup.epoch == log.log.epoch)
        let check = try LogCheck(ofFile: file)
        #expect(check.isSound, "\(check.findings)")
        #expect(check.messages > 0)
        // One file, for its owner only.
        let names = try FileManager.default.contentsOfDirectory(atPath: elsewhere.path)
        #expect(names == ["backup.sqlite"])
        #expect(try permissions(file) == 0o600)

        let restored = try restore()
        #expect(restored.kept == nil)
        #expect(restored.restored.head == backup.head)
        #expect(restored.restored.epoch != backup.epoch)
        let reopened = try OpenLog(elsewhere)
        #expect(reopened.log.epoch == restored.restored.epoch)
        #expect(reopened.log.guestSecret == log.log.guestSecret)
        let shown = try reopened.archive.page(of: [.every], after: 0, through: backup.head, byteLimit: .max).events
        let posted = log.observer.events.filter { $0.id <= backup.head }
        let kept = Set(shown.map(\.id))
        #expect(shown.map(\.json) == posted.filter { kept.contains($0.id) }.map(\.json))
        #expect(shown.last?.id == posted.last?.id)
        #expect(reopened.post(.of("next")).id == backup.head.next)
    }

    @Test func aBackup_ReplacesNothingUnlessToldTo() throws {
        let log = try OpenLog(folder)
        log.post(.of("1"))
        _ = try LogBackup.make(of: folder.path, to: file)
        let first = elsewhere.bytes(of: "backup.sqlite")
        log.post(.of("2"))
        #expect { try LogBackup.make(of: folder.path, to: file) } throws: { isInTheWay($0) }
        #expect(elsewhere.bytes(of: "backup.sqlite") == first)
        #expect(try LogBackup.make(of: folder.path, to: file, replacing: true).head == 2)
    }

    @Test func theLogItself_IsNeverWrittenOver() throws {
        let log = try OpenLog(folder)
        log.post(.of("1"))
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: folder.databasePath)
        for target in ["/roomcast.sqlite", "/roomcast.sqlite-wal", "/./roomcast.sqlite"].map({ folder.path + $0 }) + [
            file
        ] {
            #expect { try LogBackup.make(of: folder.path, to: target, replacing: true) } throws: { isInTheWay($0) }
        }
        #expect(log.post(.of("2")).id == 2)
    }

    @Test func whatWasBrokenOff_IsNoObstacle_ButOneUnderWayIs() throws {
        let log = try OpenLog(folder)
        log.post(.of("1"))
        try Data(repeating: 7, count: 100_000).write(to: URL(fileURLWithPath: file + ".part"))
        #expect(try LogBackup.make(of: folder.path, to: file).head == 1)
        let other = try LogCopy(to: file)
        #expect { try LogBackup.make(of: folder.path, to: file, replacing: true) } throws: {
            $0 as? StorageError == .beingWritten(path: file + ".part")
        }
        other.discard()
    }

    @Test func aFolderWithoutALog_HasNoBackup() throws {
        #expect { try LogBackup.make(of: folder.path, to: file) } throws: {
            $0 as? StorageError == .noLog(path: folder.databasePath)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.path).isEmpty)
    }

    @Test func aBackupOfAStoppedServersLog_IsWhole() throws {
        do { try OpenLog(folder).post((0..<50).map { .of("\($0)") }) }
        #expect(try LogBackup.make(of: folder.path, to: file).head == 50)
        #expect(try LogCheck(ofFile: file).isSound)
        // The log file of a killed server is in it as well.
        let killed = TemporaryFolder()
        let log = try OpenLog(folder)
        log.post(.of("more"))
        for name in ["roomcast.sqlite", "roomcast.sqlite-wal"] {
            try folder.bytes(of: name)!.write(to: URL(fileURLWithPath: killed.path + "/" + name))
        }
        #expect(try LogBackup.make(of: killed.path, to: file, replacing: true).head == 51)
    }

    @Test func aLongBackup_DoesNotMakePostsWaitForCheckpointsAgainAndAgain() throws {
        let log = try OpenLog(
            folder, checkpointing: Checkpointer.Bounds(startPages: 50, fewPages: 10, readerTimeout: 0.5))
        log.post(.of("first"))
        let reader = try LogFile.openReading(folder.databasePath)
        let text = String(repeating: "x", count: 8000)
        let clock = ContinuousClock()
        try reader.read { db in
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM entries")
            let times = (0..<600).map { number in clock.measure { log.post(.of("\(number) \(text)")) } }
            // One restart waits for the reader as long as it may, those after it hardly.
            #expect(times.filter { $0 > .milliseconds(400) }.count <= 1)
        }
    }

    // MARK: Restoring

    @Test func aLogThatIsThere_IsReplacedOnlyIfToldTo_AndKept() throws {
        do { try OpenLog(folder).post([.of("1"), .of("2")]) }
        _ = try LogBackup.make(of: folder.path, to: file)
        do { try OpenLog(elsewhere).post((0..<5).map { .of("other \($0)") }) }
        let before = elsewhere.bytes(of: "roomcast.sqlite")
        #expect { try restore() } throws: { isInTheWay($0) }
        #expect(elsewhere.bytes(of: "roomcast.sqlite") == before)

        let restored = try restore(replacing: true)
        #expect(restored.restored.head == 2)
        #expect(restored.kept == elsewhere.path + "/roomcast-20261122T120000Z.sqlite")
        #expect(try LogCheck(ofFile: restored.kept!).file?.head == 5)
        #expect(try permissions(elsewhere.databasePath) == 0o600)
        // Once more in the same second.
        #expect(try restore(replacing: true).kept == elsewhere.path + "/roomcast-20261122T120000Z-2.sqlite")
        #expect(try OpenLog(elsewhere).log.headWhenOpened == 2)
    }

    /// An old log file beside the new database would be read into it.
    @Test func theLogFileOfAKilledServer_GoesAsideWithItsLog() throws {
        do { try OpenLog(folder).post([.of("1"), .of("2")]) }
        _ = try LogBackup.make(of: folder.path, to: file)
        let log = try OpenLog(folder)
        log.post((3...40).map { .of("\($0)") })
        for name in ["roomcast.sqlite", "roomcast.sqlite-wal", "roomcast.sqlite-shm"] {
            try folder.bytes(of: name)!.write(to: URL(fileURLWithPath: elsewhere.path + "/" + name))
        }
        let restored = try restore(replacing: true)
        #expect(try LogCheck(ofFile: restored.kept!).file?.head == 40)
        let reopened = try OpenLog(elsewhere)
        #expect(reopened.log.headWhenOpened == 2)
        #expect(reopened.log.epoch == restored.restored.epoch)
    }

    @Test func aDamagedLog_GoesAsideAsItIs() throws {
        do { try OpenLog(folder).post(.of("1")) }
        _ = try LogBackup.make(of: folder.path, to: file)
        let damaged = Data(repeating: 7, count: 10_000)
        try damaged.write(to: URL(fileURLWithPath: elsewhere.databasePath))
        try damaged.write(to: URL(fileURLWithPath: elsewhere.databasePath + "-wal"))
        let kept = try #require(try restore(replacing: true).kept)
        #expect(FileManager.default.contents(atPath: kept) == damaged)
        #expect(FileManager.default.contents(atPath: kept + "-wal") == damaged)
        #expect(try OpenLog(elsewhere).log.headWhenOpened == 1)
    }

    @Test func aFolderInUse_IsNotRestoredTo() throws {
        do { try OpenLog(folder).post(.of("1")) }
        _ = try LogBackup.make(of: folder.path, to: file)
        let server = try OpenLog(elsewhere)
        #expect { try restore(replacing: true) } throws: {
            if case .alreadyInUse = $0 as? StorageError { true } else { false }
        }
        #expect(server.post(.of("1")).id == 1)
    }

    @Test func aDamagedBackup_TouchesNothing() throws {
        do { try OpenLog(folder).post((0..<300).map { .of("\($0) " + String(repeating: "x", count: 500)) }) }
        _ = try LogBackup.make(of: folder.path, to: file)
        var bytes = elsewhere.bytes(of: "backup.sqlite")!
        for index in 40_000..<60_000 { bytes[index] = 0xa5 }
        try bytes.write(to: URL(fileURLWithPath: file))
        do { try OpenLog(elsewhere).post(.of("kept")) }
        let before = elsewhere.bytes(of: "roomcast.sqlite")
        #expect { try restore(replacing: true) } throws: {
            if case .unsoundBackup(file, _) = $0 as? StorageError { true } else { false }
        }
        #expect(elsewhere.bytes(of: "roomcast.sqlite") == before)
        #expect(try !FileManager.default.contentsOfDirectory(atPath: elsewhere.path).contains { $0.contains(".part") })
    }

    @Test func aBackupOfVersion1_IsRestoredAndBroughtUpToDate() throws {
        try FrozenSchema.make(at: file)
        let restored = try restore().restored
        #expect(restored.schema == Schema.knownVersion && restored.head == 3 && restored.epoch != Epoch("k3f9ab"))
        #expect(try OpenLog(elsewhere).post(.of("two", in: "大厅", key: "k")).isRepeat == true)
    }

    private func isInTheWay(_ error: any Error) -> Bool {
        if case .inTheWay = error as? StorageError { true } else { false }
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
