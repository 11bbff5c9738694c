import Chat
import Testing

@testable import ChatStorage

/// `RoomName.every`, replies and lists of rooms, before anything has expired.
struct EveryRoomTests {
    let folder = TemporaryFolder()

    @Test func every_IsNoNameOfARoom() {
        #expect(throws: ChatError.self) { try RoomName(RoomName.every.text) }
    }

    @Test func aPageOfEveryRoom_IsTheLogWithTheRealRooms() throws {
        let log = try OpenLog(folder)
        log.post((0..<300).map { .of("\($0)", in: "room-\($0 * $0 % 17)") })
        let events = log.observer.events
        let page = try log.archive.page(of: [.every], after: 20, through: 280, byteLimit: .max)
        #expect(page.events.map(\.id) == events[20..<280].map(\.id))
        #expect(page.events.map(\.room) == events[20..<280].map(\.room))
        #expect(page.events.map(\.json) == events[20..<280].map(\.json))
        #expect(page.completeThrough == 280)
        #expect(page.expired.isEmpty)

        let first = try log.archive.page(of: [.every], after: 20, through: 280, byteLimit: 1)
        #expect(first.events.map(\.id) == [21])
        #expect(first.completeThrough == 21)
        let none = try log.archive.page(of: [.every], after: 300, through: 299, byteLimit: 1)
        #expect(none.events.isEmpty && none.completeThrough == 300)
    }

    @Test func thePositionBeforeTheLastOfEveryRoom_CountsAllOfThem() throws {
        let log = try OpenLog(folder)
        log.post((0..<30).map { .of("\($0)", in: "room-\($0 % 7)") })
        #expect(try log.archive.positionBefore(last: 5, of: [.every], through: 25) == 20)
        #expect(try log.archive.positionBefore(last: 500, of: [.every], through: 25) == 0)
        #expect(try log.archive.positionBefore(last: 0, of: [.every], through: 25) == 25)
    }

    @Test func aReply_IsTheFirstThatIsShown() throws {
        let log = try OpenLog(folder)
        log.post([
            .of("1"), .of("2"), .of("re 1", replyTo: 1), .of("re 2", replyTo: 2), .of("re 1 again", replyTo: 1),
            .of("6", in: "other"),
        ])
        func reply(to id: EntryID, in room: RoomName = .lobby, through: EntryID = 6) throws -> Int64? {
            try log.archive.reply(to: id, in: room, through: through).map { try StoredJSON($0).id }
        }
        #expect(try reply(to: 1) == 3)
        #expect(try reply(to: 2) == 4)
        #expect(try reply(to: 1, through: 2) == nil)
        #expect(try reply(to: 5) == nil)
        #expect(try reply(to: 1, in: RoomName("other")) == nil)
        #expect(try reply(to: 1, in: RoomName("none")) == nil)
    }

    @Test func rooms_AreListedByTheirLastEvent() throws {
        let log = try OpenLog(folder)
        log.post([.of("1", in: "a"), .of("2", in: "b"), .of("3", in: "c"), .of("4", in: "a"), .of("5", in: "d")])
        func names(before: EntryID? = nil, limit: Int = 10, through: EntryID = 5) throws -> [String] {
            try log.archive.rooms(before: before, limit: limit, through: through).map(\.name.text)
        }
        #expect(try names() == ["d", "a", "c", "b"])
        #expect(try names(limit: 2) == ["d", "a"])
        #expect(try names(before: 4, limit: 1) == ["c"])
        #expect(try names(through: 3) == ["c", "b", "a"])
        let summary = try log.archive.room(RoomName("a"), through: 5)
        let zero = Timestamp(millisecondsSince1970: 0)
        #expect(try summary == RoomSummary(name: RoomName("a"), lastID: 4, lastAt: zero, oldestID: 1))
        #expect(try log.archive.room(RoomName("d"), through: 4) == nil)
        #expect(try log.archive.room(RoomName("none"), through: 5) == nil)
    }

    @Test func theTimeOfTheLastEvent_IsExactToTheMillisecond() throws {
        let log = try OpenLog(folder)
        for time: Int64 in [1_795_348_800_123, 1, 1_709_251_199_999, 253_402_300_799_999] {
            let sentAt = Timestamp(millisecondsSince1970: time)
            let post = try Post(room: .lobby, sender: .guest(named: "ann"), text: "hi", sentAt: sentAt)
            let id = try #require(log.post(post).id)
            #expect(try log.archive.room(.lobby, through: id)?.lastAt == sentAt)
        }
    }

    @Test func twentyThousandRooms_AreListedInATenthOfASecond() throws {
        let log = try OpenLog(folder)
        for start in stride(from: 0, to: 20_000, by: 5000) {
            log.post((start..<start + 5000).map { .of("\($0)", in: "room-\($0)") })
        }
        let clock = ContinuousClock()
        // The first reads the file into memory.
        _ = try log.archive.rooms(before: nil, limit: 100, through: 20_000)
        let times = try (0..<5).map { _ in
            try clock.measure { _ = try log.archive.rooms(before: 19_000, limit: 100, through: 20_000) }
        }
        #expect(times.min()! < .milliseconds(100), "\(times)")
    }
}
