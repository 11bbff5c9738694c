import Chat
import Foundation
import GRDB
import Synchronization
import Testing

@testable import ChatStorage

struct RetentionTests {
    let folder = TemporaryFolder()
    let clock = TestClock()

    private func ids(_ log: OpenLog, _ rooms: [RoomName] = [.lobby], after: EntryID = 0) throws -> [EntryID] {
        try log.archive.page(of: rooms, after: after, through: 100_000, byteLimit: .max).events.map(\.id)
    }

    private func expired(_ log: OpenLog, _ rooms: [RoomName], after: EntryID, through: EntryID = 1000)
        throws -> [RoomName: EntryID?]
    {
        try log.archive.page(of: rooms, after: after, through: through, byteLimit: .max).expired
            .mapValues(\.oldest)
    }

    @Test func overItsNumber_ARoomLosesItsOldest() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(messages: 3))
        log.post((1...10).map { .of("\($0)", in: $0 % 2 == 1 ? "lobby" : "other") })
        log.post(.of("alone", in: "quiet"))
        log.expire()
        #expect(try ids(log) == [5, 7, 9])
        #expect(try ids(log, [.every]) == [5, 6, 7, 8, 9, 10, 11])
        #expect(log.log.statistics().expiredEvents == 4)
        // A second look finds nothing to do.
        let head = log.observer.batches.last!.head
        log.expire()
        #expect(log.observer.batches.last!.head == head)
    }

    /// Who asked before one begins is served by it, and leaves no wake-up for another that nobody waits for.
    @Test func whoAsked_IsOwedOneLook() throws {
        // Each look reads the clock once for what is over its age, and once for keys.
        let readings = Mutex(0)
        let log = try OpenLog(
            folder, retention: RetentionPolicy(days: 1),
            now: {
                readings.withLock { $0 += 1 }
                return Timestamp(millisecondsSince1970: 0)
            }, started: false)
        let asked = log.log.look()
        log.log.start(showing: log.observer)
        #expect(asked.wait(timeout: .now() + 30) == .success)
        log.log.close()
        #expect(readings.withLock { $0 } == 2)
    }

    @Test func overItsAge_AMessageGoes() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(days: 2), clock: clock)
        log.post([.of("1"), .of("2", in: "other")])
        clock.advance(days: 1.5)
        log.post(.of("3", at: clock.now))
        log.expire()
        #expect(try ids(log, [.every]) == [1, 2, 3])
        clock.advance(days: 0.6)
        log.expire()
        #expect(try ids(log, [.every]) == [3])
    }

    @Test func overEitherBound_IsEnough() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(days: 1, messages: 2), clock: clock)
        log.post((1...2).map { .of("\($0)", in: "old") })
        clock.advance(days: 1.1)
        log.post((3...6).map { .of("\($0)", in: "new", at: clock.now) })
        log.expire()
        #expect(try ids(log, [.every]) == [5, 6])
    }

    @Test func withoutABound_EverythingIsKept() throws {
        let log = try OpenLog(folder, clock: clock)
        log.post((1...20).map { .of("\($0)") })
        clock.advance(days: 100_000)
        log.expire()
        #expect(try ids(log).count == 20)
    }

    @Test func aRoomThatIsGrowing_IsCountedAgain() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(messages: 2))
        for _ in 1...5 {
            log.post([.of("a"), .of("b"), .of("c")])
            log.expire()
            #expect(try ids(log) == log.observer.events.suffix(2).map(\.id))
        }
    }

    /// A clock that ran ahead must not keep a room for good.
    @Test func aMessageFromTheFuture_GoesWithTheNextThatIsOld() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(days: 1), clock: clock)
        let future = Timestamp(millisecondsSince1970: 4_000_000_000_000)
        log.post([.of("1"), .of("2", at: future), .of("3"), .of("4", at: future)])
        clock.advance(days: 2)
        log.expire()
        #expect(try ids(log) == [4])
    }

    @Test func aPage_TellsWhichRoomsLostEventsBehindItsBeginning() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(days: 1, messages: 2), clock: clock)
        let (other, quiet) = (try RoomName("other"), try RoomName("quiet"))
        log.post([.of("1"), .of("2"), .of("3"), .of("4"), .of("5", in: "other"), .of("6", in: "other")])
        clock.advance(days: 0.6)
        log.post([.of("7", in: "quiet", at: clock.now), .of("8", at: clock.now)])
        log.expire()
        #expect(try expired(log, [.lobby, other, quiet], after: 0) == [.lobby: 4])
        #expect(try expired(log, [.lobby], after: 2) == [.lobby: 4])
        #expect(try expired(log, [.lobby], after: 3).isEmpty)
        // What is kept lies beyond the head that the reader has seen.
        #expect(try expired(log, [.lobby], after: 0, through: 3) == [.lobby: nil])
        clock.advance(days: 0.6)
        log.expire()
        #expect(try expired(log, [other, quiet, .lobby, other], after: 0) == [other: nil, .lobby: 8])
        #expect(try expired(log, [other], after: 5) == [other: nil])
        #expect(try expired(log, [other], after: 6).isEmpty)
        #expect(try expired(log, [.every], after: 0) == [other: nil, .lobby: 8])
        #expect(try expired(log, [.every], after: 4) == [other: nil])
        #expect(try expired(log, [.every], after: 6).isEmpty)
        #expect(try expired(log, [quiet, RoomName("none")], after: 0).isEmpty)
    }

    @Test func aPageOfEveryRoom_TellsOfTheFiftyThatLostTheNewest() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(days: 1), clock: clock)
        log.post((1...60).map { .of("\($0)", in: "room-\($0)") })
        clock.advance(days: 2)
        log.expire()
        let told = try expired(log, [.every], after: 0)
        #expect(Set(told.keys) == Set((11...60).map { RoomName(stored: "room-\($0)") }))
    }

    @Test func whenAllHasExpired_TheChainAndTheIdsGoOn() throws {
        var log: OpenLog? = try OpenLog(folder, retention: RetentionPolicy(days: 1), clock: clock)
        log!.post([.of("1"), .of("2"), .of("3", in: "other")])
        clock.advance(days: 2)
        log!.expire()
        #expect(try ids(log!, [.every]).isEmpty)
        #expect(try log!.archive.oldestEvent(in: .lobby) == nil)
        // Two entries of retention, one a room, and one of the sweep over the keys.
        let next = try StoredJSON(log!.post(.of("7", at: clock.now)).get().json)
        #expect(next.id == 7 && next.prev == 2)
        clock.advance(days: 2)
        log!.expire()
        log = nil
        log = try OpenLog(folder, retention: RetentionPolicy(days: 1), clock: clock)
        #expect(log!.log.headWhenOpened == 9)
        let late = try StoredJSON(log!.post(.of("10", at: clock.now)).get().json)
        #expect(late.id == 10 && late.prev == 7)
        let other = try StoredJSON(log!.post(.of("11", in: "other", at: clock.now)).get().json)
        #expect(other.id == 11 && other.prev == 3)
        let summary = try log!.archive.room(RoomName("other"), through: 10)
        #expect(try summary == RoomSummary(name: RoomName("other"), lastID: 3, lastAt: nil, oldestID: nil))
    }

    @Test func itsEntries_DoNotPileUpAndAreShownToNobody() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(messages: 1))
        for _ in 0..<5 {
            log.post([.of("a"), .of("b"), .of("a", in: "other"), .of("b", in: "other")])
            log.expire()
        }
        let kinds = try log.log.reading { try String.fetchAll($0, sql: "SELECT kind FROM entries ORDER BY kind") }
        #expect(kinds == ["key_sweep", "message", "message", "retention", "retention"])
        let history = try log.archive.messages(in: .lobby, .latest(limit: 10), through: 1000)
        #expect(history.messages.count == 1 && !history.hasMoreBefore)
        #expect(try ids(log, [.every]).count == 2)
        #expect(try log.archive.positionBefore(last: 5, of: [.every], through: 1000) < ids(log, [.every])[0])
        #expect(try log.archive.rooms(before: nil, limit: 10, through: 1000).count == 2)
        #expect(log.observer.events.count == 20)
    }

    @Test func manyMessages_GoInSmallSteps() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(messages: 10))
        log.post((0..<3000).map { .of("\($0)") })
        let large = String(repeating: "x", count: 16_000)
        log.post((0..<60).map { .of("\($0) \(large)", in: "large") })
        let before = log.observer.batches.count
        log.expire()
        #expect(try ids(log).count == 10)
        // 2990 in steps of 250; 50 of 16,000 bytes in steps of 17; and the end of a sweep.
        #expect(log.observer.batches.count - before == 12 + 3 + 1)
    }

    @Test func theHead_IsPublishedWithEachStep() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(messages: 1))
        log.post([.of("1"), .of("2")])
        log.expire()
        #expect(log.observer.batches.map(\.head).last == 4)
        #expect(log.observer.batches.last!.events.isEmpty)
        #expect(log.post(.of("5")).id == 5)
    }

    @Test func freedSpace_IsUsedAgain() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(messages: 50))
        let text = String(repeating: "x", count: 4000)
        var sizes: [Int] = []
        for _ in 0..<12 {
            log.post((0..<200).map { .of("\($0) \(text)") })
            log.expire()
            sizes.append(try log.log.reading { try Int.fetchOne($0, sql: "PRAGMA page_count")! })
        }
        #expect(sizes.last! <= sizes[1] + 20, "\(sizes)")
    }

    @Test func onAFullDisk_NothingGoesUntilThereIsSpace() throws {
        FaultyDisk.install()
        let log = try OpenLog(folder, retention: RetentionPolicy(messages: 1))
        // The look that every start begins with would find what is posted now.
        log.expire()
        log.post([.of("1"), .of("2"), .of("3")])
        FaultyDisk.set(.full, at: folder.path + "/roomcast.sqlite-wal")
        log.expire()
        #expect(try ids(log) == [1, 2, 3])
        FaultyDisk.set(nil, at: folder.path + "/roomcast.sqlite-wal")
        log.expire()
        #expect(try ids(log) == [3])
        #expect(try StoredJSON(log.post(.of("next")).get().json).prev == 3)
    }

    /// At each moment of a long expiry the files are those of a log whose chains are whole.
    @Test func aKillWhileMuchExpires_LeavesWholeChains() throws {
        let log = try OpenLog(folder, retention: RetentionPolicy(messages: 5))
        log.post((0..<4000).map { .of("\($0)", in: "room-\($0 % 3)") })
        let done = log.log.look()
        // Looked at only afterwards: that takes longer than the expiry.
        var copies: [TemporaryFolder] = []
        repeat {
            log.post(.of("meanwhile", in: "room-1"))
            let copy = TemporaryFolder()
            // The log file first: a database that is newer than it would be no state that ever was.
            for name in ["roomcast.sqlite-wal", "roomcast.sqlite"] {
                try folder.bytes(of: name)!.write(to: URL(fileURLWithPath: copy.path + "/" + name))
            }
            copies.append(copy)
        } while done.wait(timeout: .now() + 0.001) == .timedOut
        var states: Set<Int> = []
        for copy in copies {
            let reopened = try OpenLog(copy)
            var last: [RoomName: Int64] = [:]
            let page = try reopened.archive.page(of: [.every], after: 0, through: 100_000, byteLimit: .max)
            for event in page.events {
                let message = try StoredJSON(event.json)
                if let last = last[event.room] { try #require(message.prev == last) }
                last[event.room] = message.id
            }
            states.insert(page.events.count)
        }
        #expect(states.count > 2, "\(states)")
    }
}
