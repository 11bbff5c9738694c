import Chat
import Foundation
import GRDB
import Logging
import Testing

@testable import ChatStorage

/// A node's file: what is applied to it, and that it does not matter how.
@Suite final class ReplicaTests {
    private static let membership = ReplicaFile.Membership(
        cluster: "c", epoch: Epoch("k3f9ab")!, guestSecret: [UInt8](repeating: 7, count: 32))

    private func replica(in folder: TemporaryFolder) throws -> Replica {
        try Replica(
            in: DataFolder(path: folder.path), of: Self.membership,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), isResponsible: { false },
            propose: { _, _ in false })
    }

    private func incoming(_ id: Int64, _ entry: Entry) -> Replica.Incoming {
        Replica.Incoming(id: EntryID(rawValue: id), proposal: "p\(id)", entry: entry)
    }

    private func post(
        _ text: String, in room: String = "a", key: String? = nil, replyTo: EntryID? = nil,
        knowing deletion: EntryID = .zero
    ) throws -> Entry {
        Entry(
            try Post(
                room: RoomName(room), sender: .guest(named: "ann"), text: text,
                sentAt: Timestamp(millisecondsSince1970: 1), replyTo: replyTo, key: key, knownDeletion: deletion))
    }

    /// All that a file holds, but for counts of what has gone wrong.
    private func content(_ folder: TemporaryFolder) throws -> [String] {
        let queue = try DatabaseQueue(path: folder.path + "/roomcast.sqlite")
        return try queue.read { db in
            try ["entries", "rooms", "idempotency_keys", "meta", "access", "audit", "deleted_rooms"].flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
            }
        }
    }

    @Test func whatWasAppliedBefore_IsPassedOver() throws {
        let folder = TemporaryFolder()
        let replica = try replica(in: folder)
        let entries = try (1...3).map { incoming(Int64($0), try post("\($0)")) }
        #expect(try replica.apply(entries).get().events.count == 3)
        let again = try replica.apply([entries[1], entries[2], incoming(4, try post("4"))]).get()
        #expect(again.events.map(\.id) == [4] && again.head == 4)
        #expect(try replica.apply(entries).get().head == 4)
        replica.close()
        #expect(try ReplicaFile(in: DataFolder(path: TemporaryFolder().path)) == nil)
    }

    @Test func refusalsAndRepeats_TakeTheirPlace_AndNothingElse() throws {
        let folder = TemporaryFolder()
        let replica = try replica(in: folder)
        defer { replica.close() }
        let batch = try replica.apply([
            incoming(1, post("once", key: "k")), incoming(2, post("once", key: "k")),
            incoming(3, post("other", key: "k")),
            incoming(4, post("to nothing", replyTo: 99)), incoming(5, post("next")),
        ]).get()
        #expect(batch.events.map(\.id) == [1, 5] && batch.head == 5)
        #expect(batch.outcomes.map(\.proposal) == ["p1", "p2", "p3", "p4", "p5"])
        guard case .success(let second) = batch.outcomes[1].result,
            case .failure(.keyReused(first: 1)) = batch.outcomes[2].result,
            case .failure(.replyTargetNotFound(99)) = batch.outcomes[3].result
        else {
            Issue.record("\(batch.outcomes)")
            return
        }
        #expect(second.id == 1 && second.isRepeat)
        #expect(String(decoding: batch.events[1].json, as: UTF8.self).contains(#""prev":1"#))
    }

    /// Nodes cut the same log into batches as it comes to each of them.
    @Test(arguments: 0..<20)
    func howEntriesAreBatched_MakesNoDifference(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var entries: [Replica.Incoming] = []
        for id in 1...120 {
            let room = "r\(Int.random(in: 0..<4, using: &generator))"
            let entry: Entry
            switch Int.random(in: 0..<10, using: &generator) {
            case 0:
                let roomID = Int64.random(in: 1...Int64(id), using: &generator)
                entry = Entry(
                    .expire(
                        Expiry(room: RoomName(stored: room), roomID: roomID, through: EntryID(rawValue: Int64(id) / 2)))
                )
            case 1:
                entry = Entry(
                    .forgetKeys(
                        KeySweep(
                            after: .start, through: .init(key: "zz", roomID: 0, sender: ""),
                            at: Timestamp(millisecondsSince1970: Int64(id) * 86_400_000), isLast: id % 2 == 0)))
            case 2:
                entry = Entry(
                    AccessAction(
                        .deleteRoom(RoomName(stored: room)), by: .operator, at: .init(millisecondsSince1970: 1)))
            case 3...5:
                entry = try post(
                    "\(id)", in: room, key: "k\(Int.random(in: 0..<20, using: &generator))",
                    knowing: EntryID(rawValue: Int64(id)))
            default:
                entry = try post(
                    "\(id)", in: room, replyTo: EntryID(rawValue: Int64.random(in: 1...Int64(id), using: &generator)))
            }
            entries.append(incoming(Int64(id), entry))
        }
        let folders = [TemporaryFolder(), TemporaryFolder(), TemporaryFolder()]
        for (folder, size) in zip(folders, [1, 7, 120]) {
            let replica = try replica(in: folder)
            for start in stride(from: 0, to: entries.count, by: size) {
                _ = try replica.apply(Array(entries[start..<min(start + size, entries.count)])).get()
            }
            replica.close()
        }
        let contents = try folders.map(content)
        #expect(contents[0] == contents[1] && contents[1] == contents[2])
        #expect(contents[0].count > 20)
        #expect(contents[0].contains { $0.hasPrefix("deleted_rooms") || $0.contains("delete_room") })
        for folder in folders {
            let check = try LogCheck(ofFolder: folder.path)
            #expect(check.isSound, "\(check.findings)")
        }
    }

    /// What a room's deletion leaves goes by steps that its cluster's log has, on every node the same.
    @Test func deletedRoom_IsGoneAtOnce_AndRemovedByTheLogsSteps() throws {
        let folder = TemporaryFolder()
        let replica = try replica(in: folder)
        defer { replica.close() }
        let room = RoomName(stored: "a")
        let action = AccessAction(
            .deleteRoom(room), by: .operator, at: Timestamp(millisecondsSince1970: 1), why: "over")
        let batch = try replica.apply([
            incoming(1, post("1", key: "k")), incoming(2, post("2")), incoming(3, Entry(action)),
            incoming(4, post("3", key: "k", knowing: 3)), incoming(5, Entry(action)),
            incoming(6, post("4", key: "k", knowing: 5)),
        ]).get()
        // Of the same batch nothing is shown that is gone by its end.
        #expect(batch.events.map(\.id) == [5, 6] && batch.events.map(\.kind) == [.deletion, .message])
        #expect(String(decoding: batch.events[1].json, as: UTF8.self).contains(#""prev":0"#))
        let page = try replica.projection.page(of: [.every], after: 0, through: 9, byteLimit: .max)
        #expect(page.events.map(\.id) == [5, 6])
        #expect(try content(folder).filter { $0.hasPrefix("deleted_rooms") }.count == 2)
        let steps = [(1, 1), (3, 4), (1, 2)].enumerated().map { place, step in
            incoming(
                Int64(7 + place),
                Entry(.expire(Expiry(room: room, roomID: Int64(step.0), through: EntryID(rawValue: Int64(step.1))))))
        }
        _ = try replica.apply(steps).get()
        let left = try content(folder)
        #expect(left.filter { $0.hasPrefix("deleted_rooms") }.isEmpty)
        #expect(
            left.filter { $0.hasPrefix("entries") && !$0.contains("retention") && !$0.contains("access") }.count == 2)
        #expect(left.filter { $0.hasPrefix("audit") && $0.contains("delete_room") }.count == 2)
        #expect(try LogCheck(ofFolder: folder.path).isSound)
    }

    @Test func onAFullDisk_NothingIsApplied_AndTheSameCanBeTriedAgain() throws {
        FaultyDisk.install()
        let folder = TemporaryFolder()
        let replica = try replica(in: folder)
        defer { replica.close() }
        _ = try replica.apply([incoming(1, post("1"))]).get()
        let wal = folder.path + "/roomcast.sqlite-wal"
        FaultyDisk.set(.full, at: wal)
        let next = try [incoming(2, post("2")), incoming(3, post("3"))]
        #expect(throws: LogFailure.self) { try replica.apply(next).get() }
        FaultyDisk.set(nil, at: wal)
        #expect(try replica.apply(next).get().events.map(\.id) == [2, 3])
    }

    @Test func file_SaysHowFarItHasCome() throws {
        let folder = TemporaryFolder()
        do {
            let replica = try replica(in: folder)
            _ = try replica.apply([incoming(1, post("1")), incoming(2, post("refused", replyTo: 9))]).get()
            replica.close()
        }
        let queue = try DatabaseQueue(path: folder.path + "/roomcast.sqlite")
        let file = try queue.read { try ReplicaFile.read(from: $0) }
        #expect(file?.applied == ReplicaFile.Applied(id: 2, proposal: "p2"))
        #expect(file?.membership == Self.membership)
    }

    /// A node's file with so many entries, as it is after a crash: most of it in the log file.
    private func crashed(entries: Int64) throws -> TemporaryFolder {
        let (folder, copy) = (TemporaryFolder(), TemporaryFolder())
        let replica = try replica(in: folder)
        for id in 1...entries { _ = try replica.apply([incoming(id, post("\(id)"))]).get() }
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.databasePath + suffix, toPath: copy.databasePath + suffix)
        }
        replica.close()
        return copy
    }

    /// Transactions are not synced one by one, so a loss of power may leave later ones and not an earlier one.
    @Test func aLogFileTornInTheMiddle_IsReadUpToThere_AndTheRestAppliedAgain() throws {
        let folder = try crashed(entries: 12)
        let wal = folder.databasePath + "-wal"
        var bytes = try #require(folder.bytes(of: "roomcast.sqlite-wal"))
        bytes[bytes.count - 16 * (24 + 4096) - 100] ^= 0x10
        try bytes.write(to: URL(fileURLWithPath: wal))
        #expect(try WriteAheadLog.damage(at: wal) != nil)
        #expect(try LogCheck(ofFolder: folder.path).isSound)
        let replica = try replica(in: folder)
        let applied = replica.appliedWhenOpened.id
        #expect((1...10).contains(applied.rawValue), "\(applied)")
        let batch = try replica.apply((1...12).map { try incoming($0, post("\($0)")) }).get()
        #expect(batch.events.first?.id == applied.next && batch.head == 12)
        replica.close()
        let whole = try crashed(entries: 12)
        #expect(try content(folder) == content(whole))
    }

    /// Damaged behind its first transaction, after all of it had been moved into the database: no loss of power does that.
    @Test func aLogFileThatIsOlderThanTheDatabase_IsRefused() throws {
        let folder = TemporaryFolder()
        do {
            let replica = try replica(in: folder)
            _ = try replica.apply([incoming(1, post("1"))]).get()
            replica.close()
        }
        var bytes: Data
        do {
            let replica = try replica(in: folder)
            _ = try replica.apply([incoming(2, post("2"))]).get()
            for id in 3...Int64(12) { _ = try replica.apply([incoming(id, post("\(id)", in: "b"))]).get() }
            bytes = try #require(folder.bytes(of: "roomcast.sqlite-wal"))
            replica.close()
        }
        // In the transaction behind the second entry's; GRDB makes one of its own when it opens a file.
        let frame = 24 + 4096
        let ends = (0..<bytes.count / frame).filter { bytes[32 + $0 * frame + 7] != 0 }
        bytes[32 + (ends[1] + 1) * frame + 100] ^= 0x10
        try bytes.write(to: URL(fileURLWithPath: folder.databasePath + "-wal"))
        let error = #expect(throws: StorageError.self) { try self.replica(in: folder) }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(folder.bytes(of: "roomcast.sqlite-wal") == bytes)
    }

    @Test func aNodesFile_IsSyncedSeldom() throws {
        for (membership, mode) in [(Self.membership, 1), (nil, 2)] {
            let folder = TemporaryFolder()
            let database = try LogDatabase.open(in: DataFolder(path: folder.path), of: membership)
            let found = try database.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(found == mode)
            try database.pool.close()
        }
    }

    @Test(arguments: [Int64(3), 9])
    func anothersFile_ReplacesOne_AndKeepsWhatIsNotInIt(entries: Int64) throws {
        let (folder, other) = (try crashed(entries: entries), TemporaryFolder())
        let replica = try replica(in: other)
        for id in 1...Int64(5) { _ = try replica.apply([incoming(id, post("\(id)"))]).get() }
        replica.close()
        let part = folder.path + "/snapshot.part"
        try FileManager.default.copyItem(atPath: other.databasePath, toPath: part)
        let (file, kept) = try ReplicaFile.install(part, in: DataFolder(path: folder.path), of: Self.membership)
        #expect(file.applied.id == 5)
        #expect(try ReplicaFile(in: DataFolder(path: folder.path)) == file)
        #expect(try LogCheck(ofFolder: folder.path).isSound)
        #expect((kept != nil) == (entries > 5))
        if let kept { #expect(try LogFile(at: kept).head == 9) }
    }

    @Test func anothersFileThatIsUnsound_ReplacesNothing() throws {
        let folder = try crashed(entries: 3)
        let part = folder.path + "/snapshot.part"
        try Data(repeating: 7, count: 9000).write(to: URL(fileURLWithPath: part))
        #expect(throws: StorageError.self) {
            try ReplicaFile.install(part, in: DataFolder(path: folder.path), of: Self.membership)
        }
        #expect(try ReplicaFile(in: DataFolder(path: folder.path))?.applied.id == 3)
    }
}
