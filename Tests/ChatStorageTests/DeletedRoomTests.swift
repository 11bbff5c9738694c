import Chat
import Dispatch
import Foundation
import GRDB
import Synchronization
import Testing

@testable import ChatStorage

/// What becomes of a room's tables when it is deleted: its name at once, the rest in steps.
struct DeletedRoomTests {
    let folder = TemporaryFolder()
    let clock = TestClock()
    private static let ops = RoomName(stored: "ops")

    @discardableResult
    private func act(_ log: OpenLog, _ work: AccessAction.Work, why: String? = nil) throws -> EntryID {
        let outcome = Mutex<Result<EntryID, AppendError>?>(nil)
        let done = DispatchSemaphore(value: 0)
        log.log.append(AccessAction(work, by: .operator, at: clock.now, why: why)) { result in
            outcome.withLock { $0 = result }
            done.signal()
        }
        guard done.wait(timeout: .now() + 30) == .success else { fatalError("no answer in 30 seconds") }
        return try outcome.withLock { $0! }.get()
    }

    private struct Shown: Decodable {
        let id: Int64
        let prev: Int64
        let text: String?
    }

    private func events(_ log: OpenLog, _ rooms: [RoomName] = [ops]) throws -> [Shown] {
        try log.archive.page(of: rooms, after: 0, through: 100_000, byteLimit: .max).events
            .map { try JSONDecoder().decode(Shown.self, from: Data($0.json)) }
    }

    private func count(_ log: OpenLog, _ sql: String) throws -> Int {
        try log.log.reading { try Int.fetchOne($0, sql: sql) ?? -1 }
    }

    private func expectSound() throws {
        let check = try LogCheck(ofFolder: folder.path)
        #expect(check.isSound, "\(check.findings)")
    }

    @Test func itsName_BeginsAnewAtOnce() throws {
        let log = try OpenLog(folder)
        log.post([.of("first", in: "ops", key: "k"), .of("elsewhere"), .of("re", in: "ops", replyTo: 1)])
        try act(log, .configureRoom(RoomChange(Self.ops), mayMake: true))
        let deletion = try act(log, .deleteRoom(Self.ops), why: "over")
        #expect(deletion == 5)
        // There is no such room, and nothing of the one before.
        #expect(try log.archive.rooms(before: nil, limit: 9, through: 9).map(\.name) == [.lobby])
        #expect(try log.archive.room(Self.ops, through: 9) == nil)
        #expect(try log.archive.oldestEvent(in: Self.ops) == nil)
        for id: EntryID in [1, 3] { #expect(try log.archive.message(id, in: Self.ops) == nil) }
        #expect(try log.archive.reply(to: 1, in: Self.ops, through: 9) == nil)
        #expect(try log.archive.messages(in: Self.ops, .latest(limit: 9), through: 9).messages.isEmpty)
        #expect(try events(log).map(\.id) == [5])
        #expect(try events(log, [.every]).map(\.id) == [2, 5])
        try expectSound()
        // Nor can it be replied to; and who may not make a room cannot.
        #expect(
            log.post(.of("?", in: "ops", replyTo: 1, knowing: deletion)).error == .rejected(.replyTargetNotFound(1)))
        #expect(
            log.post(.of("?", in: "ops", mayMakeRoom: false, knowing: deletion)).error
                == .rejected(.roomNotFound(Self.ops)))
        // The next is another's first.
        let next = try log.post(.of("first", in: "ops", key: "k", knowing: deletion)).get()
        #expect(next.id > deletion && !next.isRepeat)
        #expect(try events(log).map(\.id) == [5, next.id.rawValue])
        #expect(try events(log).last?.prev == 0)
        let room = try log.archive.room(Self.ops, through: 100)
        #expect(room?.lastID == next.id && room?.oldestID == next.id)
        #expect(try log.archive.oldestEvent(in: Self.ops) == next.id)
        #expect(
            try StoredJSON(log.post(.of("second", in: "ops", knowing: deletion)).get().json).prev == next.id.rawValue)
        try expectSound()
    }

    @Test func itsEvent_ClosesTheChainOfBefore_AndOpensTheNext() throws {
        let log = try OpenLog(folder)
        log.post([.of("1", in: "ops"), .of("2", in: "ops")])
        try act(log, .deleteRoom(Self.ops), why: "over")
        let event = try #require(log.observer.events.last)
        #expect(event.kind == .deletion && event.room == Self.ops)
        #expect(
            String(decoding: event.json, as: UTF8.self)
                == #"{"id":3,"room":"ops","prev":2,"deleted":true,"by":"the operator","why":"over","sent_at":"1970-01-01T00:00:00.000Z"}"#
        )
        let stored = try log.archive.page(of: [Self.ops], after: 1, through: 9, byteLimit: .max)
        #expect(stored.events.map(\.kind) == [.deletion] && stored.expired.isEmpty)
        #expect(stored.events.map(\.json) == [event.json])
    }

    @Test func whatWasInIt_LeavesTheFile_StepByStep() throws {
        let log = try OpenLog(folder)
        let many = 3 * ExpiryPlan.stepEvents
        log.post((1...many).map { .of("unspeakable \($0)", in: "ops", key: "unspoken-\($0)") })
        try act(log, .configureRoom(RoomChange(Self.ops), mayMake: true), why: "unspeakable reason")
        log.post(.of("kept", key: "kept"))
        let deletion = try act(log, .deleteRoom(Self.ops))
        log.post(.of("new", in: "ops", key: "new", knowing: deletion))
        log.expire()
        #expect(try events(log, [.every]).map(\.text) == ["kept", nil, "new"])
        #expect(try count(log, "SELECT count(*) FROM entries WHERE room_id > 0") == 3)
        #expect(try count(log, "SELECT count(*) FROM deleted_rooms") == 0)
        #expect(try count(log, "SELECT count(*) FROM rooms") == 2)
        #expect(try count(log, "SELECT count(*) FROM audit WHERE room_id <> 0") == 0)
        #expect(try count(log, "SELECT count(*) FROM idempotency_keys") == 2)
        // So many at a time, of the chores that the committing thread does between posts.
        #expect(log.observer.batches.filter { $0.events.isEmpty }.count >= many / ExpiryPlan.stepEvents)
        try expectSound()
        log.log.close()
        let file = try Data(contentsOf: URL(fileURLWithPath: folder.databasePath))
        #expect(file.range(of: Data("unspeakable".utf8)) == nil && file.range(of: Data("unspoken".utf8)) == nil)
        #expect(file.range(of: Data("kept".utf8)) != nil)
    }

    /// What is left when a server stops goes in its next life.
    @Test func halfRemoved_ItIsAsGone_AndGoesOn() throws {
        do {
            let log = try OpenLog(folder)
            log.post((1...600).map { .of("\($0)", in: "ops", key: "k\($0)") })
            log.post(.of("kept"))
            log.expire()
            try log.log.reading { db in
                // By another connection, as though it had been decided and nothing removed yet.
                try db.inTransaction {
                    try RoomRemoval.begin(1, named: Self.ops, as: 602, in: db)
                    try db.execute(
                        sql: """
                            INSERT INTO entries VALUES
                              (602, 602, 600, 'room_deletion', 1, '{"id":602,"prev":600,"sent_at":"1970-01-01T00:00:00.000Z"}', NULL)
                            """)
                    return .commit
                }
            }
        }
        try expectSound()
        let log = try OpenLog(folder, started: false)
        #expect(try count(log, "SELECT count(*) FROM entries WHERE room_id = 1") == 600)
        #expect(try events(log, [.every]).map(\.id) == [601, 602])
        #expect(try log.archive.positionBefore(last: 2, of: [.every], through: 602) == 600)
        #expect(try log.archive.rooms(before: nil, limit: 9, through: 602).map(\.name) == [.lobby])
        log.start()
        log.expire()
        #expect(try count(log, "SELECT count(*) FROM entries WHERE room_id = 1") == 0)
        #expect(try count(log, "SELECT count(*) FROM idempotency_keys") == 0)
        try expectSound()
    }

    /// What a sweep has passed is looked at again when a room was deleted before it ended.
    @Test func keys_OfARoomDeletedInTheMidstOfASweep_GoWithTheNext() throws {
        let log = try OpenLog(folder)
        log.post(.of("1", in: "ops", key: "k"))
        let step = KeySweep(
            after: .init(key: "t", roomID: 1, sender: ""), through: .init(key: "u", roomID: 1, sender: ""),
            at: clock.now, isLast: true)
        try log.log.reading { db in
            try db.inTransaction {
                try RoomRemoval.begin(1, named: Self.ops, as: 2, in: db)
                try step.apply(as: 3, in: db)
                return .commit
            }
            #expect(try KeySweepPlan(now: clock.now, knownDeletion: 0).start(in: db) == .start)
            #expect(try KeySweepPlan(now: clock.now, knownDeletion: 2).start(in: db) == nil)
            #expect(try KeySweepPlan(now: clock.now).start(in: db) == nil)
        }
    }

    /// A stream with `replay=` tells where it begins, also to those who may not know that there was a room.
    @Test func lastEvents_OfItsName_AreThoseOfTheNext() throws {
        let log = try OpenLog(folder)
        log.post([.of("1", in: "ops"), .of("2", in: "ops")])
        let deletion = try act(log, .deleteRoom(Self.ops))
        // The steps by which it goes are entries, too.
        log.expire()
        let (one, two) = (try log.post(.of("one")).get().id, try log.post(.of("two")).get().id)
        for room in [Self.ops, RoomName(stored: "unused")] {
            #expect(try log.archive.positionBefore(last: 9, of: [room], through: two) == two)
            #expect(try log.archive.positionBefore(last: 9, of: [room, .lobby], through: two).next == one)
        }
        let next = try log.post(.of("three", in: "ops", knowing: deletion)).get().id
        #expect(try log.archive.positionBefore(last: 9, of: [Self.ops], through: next).next == next)
    }

    @Test func twiceDeleted_OnlyTheLastIsTold() throws {
        let log = try OpenLog(folder)
        var deletion = EntryID.zero
        for text in ["1", "2"] {
            log.post(.of(text, in: "ops", knowing: deletion))
            deletion = try act(log, .deleteRoom(Self.ops))
        }
        #expect(throws: AppendError.rejected(.roomNotFound(Self.ops))) { try act(log, .deleteRoom(Self.ops)) }
        #expect(try events(log).map(\.id) == [deletion.rawValue])
        let next = try log.post(.of("3", in: "ops", knowing: deletion)).get().id
        for _ in 1...2 {
            #expect(try events(log, [.every]).map(\.id) == [deletion.rawValue, next.rawValue])
            log.expire()
        }
        try expectSound()
    }

    @Test func retention_TakesTheEvent_AndNoRoomComesOfIt() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(days: 1), clock: clock)
        log.post([.of("1", in: "ops"), .of("2", in: "ops")])
        let deletion = try act(log, .deleteRoom(Self.ops))
        clock.advance(days: 2)
        log.expire()
        #expect(try events(log).isEmpty)
        #expect(try log.archive.room(Self.ops, through: 9) == nil)
        // Nothing of a room is missing that was never read: what came before it is none of its own.
        for rooms: [RoomName] in [[Self.ops], [.every]] {
            #expect(try log.archive.page(of: rooms, after: 0, through: 9, byteLimit: .max).expired.isEmpty)
        }
        try expectSound()
        let next = try log.post(.of("3", in: "ops", at: clock.now, knowing: deletion)).get()
        #expect(try StoredJSON(next.json).prev == 0)
        #expect(try log.archive.room(Self.ops, through: 100)?.oldestID == next.id)
        try expectSound()
        // Of its own it is.
        clock.advance(days: 2)
        log.expire()
        #expect(try log.archive.page(of: [Self.ops], after: 0, through: 100, byteLimit: .max).expired.count == 1)
        try expectSound()
    }

    /// Else what somebody writes in a private room might begin a public one, if that is deleted at the same moment.
    @Test func whatWasOnItsWay_BeginsNoOther() throws {
        let log = try OpenLog(folder)
        log.post(.of("1", in: "ops"))
        let deletion = try act(log, .deleteRoom(Self.ops))
        #expect(log.post(.of("2", in: "ops")).error == .rejected(.roomNotFound(Self.ops)))
        let next = try log.post(.of("3", in: "ops", knowing: deletion)).get()
        #expect(log.post(.of("4", in: "ops")).error == .rejected(.roomNotFound(Self.ops)))
        #expect(try StoredJSON(next.json).prev == 0)
        // An entry says what was known.
        let post = Post.of("5", in: "ops", knowing: deletion)
        #expect(try Post(entryJSON: post.entryJSON).knownDeletion == deletion)
        #expect(try Post(entryJSON: Post.of("6").entryJSON).knownDeletion == .zero)
    }

    @Test func audit_OfItIsTheServers() throws {
        let log = try OpenLog(folder)
        log.post(.of("1", in: "ops"))
        try act(log, .configureRoom(RoomChange(Self.ops), mayMake: true))
        try act(log, .deleteRoom(Self.ops), why: "over")
        func audit(_ room: RoomName?) throws -> [String] {
            try log.archive.audit(of: room, before: nil, limit: 9, through: 100)
                .map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try audit(nil).count == 1)
        #expect(try audit(nil).first?.contains(#""action":"delete_room","room":"ops","why":"over""#) == true)
        #expect(try audit(Self.ops).isEmpty)
        try act(log, .configureRoom(RoomChange(Self.ops), mayMake: true))
        #expect(try audit(Self.ops).count == 1)
    }

    @Test func restarted_TheLogKnowsItsEnd_AndThatTheRoomIsGone() throws {
        do {
            let log = try OpenLog(folder)
            log.post(.of("1", in: "ops"))
            try act(log, .deleteRoom(Self.ops))
            log.expire()
        }
        let log = try OpenLog(folder)
        #expect(log.log.headWhenOpened >= 2)
        #expect(log.log.accessWhenOpened.isGone(1, in: Self.ops))
        let next = try log.post(.of("2", in: "ops", knowing: 2)).get()
        #expect(next.id == log.log.headWhenOpened.next)
        #expect(try StoredJSON(next.json).prev == 0)
    }
}
