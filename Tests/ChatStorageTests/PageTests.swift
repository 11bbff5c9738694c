import Chat
import GRDB
import Testing

@testable import ChatStorage

struct PageTests {
    let folder = TemporaryFolder()

    /// Every page, of every choice of rooms and every bound that the generator thinks of, is what a reader of the whole
    /// log would have taken.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func pages_AreWhatANaiveReaderTakes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (log, events) = try filledLog(rooms: 30, events: 1500, using: &generator)
        let names = (0..<32).map { RoomName(stored: "room-\($0)") }
        for _ in 0..<200 {
            let rooms = Array(names.shuffled(using: &generator).prefix(Int.random(in: 0...32, using: &generator)))
            let after = EntryID(rawValue: Int64.random(in: 0...1500, using: &generator))
            let through = EntryID(rawValue: Int64.random(in: 0...1500, using: &generator))
            let limit = Int.random(in: 1...30_000, using: &generator)
            let page = try log.archive.page(of: rooms, after: after, through: through, byteLimit: limit)

            var expected: [RoomEvent] = []
            var bytes = 0
            var end = max(after, through)
            for event in events where event.id > after && event.id <= through && rooms.contains(event.room) {
                expected.append(event)
                bytes += event.json.count
                if bytes >= limit {
                    end = event.id
                    break
                }
            }
            #expect(page.events.map(\.id) == expected.map(\.id))
            #expect(page.events.map(\.room) == expected.map(\.room))
            #expect(page.events.map(\.json) == expected.map(\.json))
            #expect(page.completeThrough == end)
        }
    }

    @Test(arguments: [4, 5] as [UInt64])
    func positions_AreBeforeTheLastEventsOfAllRooms(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (log, events) = try filledLog(rooms: 20, events: 1200, using: &generator)
        let names = (0..<22).map { RoomName(stored: "room-\($0)") }
        for _ in 0..<200 {
            let rooms = Array(names.shuffled(using: &generator).prefix(Int.random(in: 0...22, using: &generator)))
            let through = EntryID(rawValue: Int64.random(in: 0...1200, using: &generator))
            let count = Int.random(in: 0...700, using: &generator)
            let position = try log.archive.positionBefore(last: count, of: rooms, through: through)
            let last = events.filter { $0.id <= through && rooms.contains($0.room) }.suffix(count)
            #expect(position == last.first.map { EntryID(rawValue: $0.id.rawValue - 1) } ?? through)
        }
    }

    @Test func aRoomNamedTwice_IsReadOnce() throws {
        let log = try OpenLog(folder)
        log.post([.of("one"), .of("two")])
        let page = try log.archive.page(of: [.lobby, .lobby], after: 0, through: 2, byteLimit: 10_000)
        #expect(page.events.map(\.id) == [1, 2])
    }

    @Test func aLargeEvent_ComesAloneInsteadOfNever() throws {
        let log = try OpenLog(folder)
        log.post([.of(String(repeating: "x", count: 10_000)), .of("two")])
        let page = try log.archive.page(of: [.lobby], after: 0, through: 2, byteLimit: 1)
        #expect(page.events.map(\.id) == [1])
        #expect(page.completeThrough == 1)
    }

    @Test func anEventOfANewerRoomcast_StopsTheReaderInWords() throws {
        try FrozenSchema.make(
            at: folder.databasePath, adding: "INSERT INTO entries VALUES (4, 1, 3, 'poll', 1, '{}')")
        let log = try OpenLog(folder)
        let error = #expect(throws: ArchiveError.self) {
            try log.archive.page(of: [.lobby], after: 0, through: 4, byteLimit: 10_000)
        }
        #expect(error?.reason.contains("poll") == true)
        #expect(error?.reason.contains("newer roomcast") == true)
    }

    @Test func theOldestEvent_IsTheRoomsOwn() throws {
        let log = try OpenLog(folder)
        log.post([.of("one"), .of("two", in: "other"), .of("three", in: "other")])
        #expect(try log.archive.oldestEvent(in: RoomName("other")) == 2)
        #expect(try log.archive.oldestEvent(in: RoomName("none")) == nil)
    }

    @Test func aMessage_IsFoundInItsOwnRoomOnly() throws {
        let log = try OpenLog(folder)
        let answer = try log.post(.of("one")).get()
        #expect(try log.archive.message(1, in: .lobby) == answer.json)
        #expect(try log.archive.message(2, in: .lobby) == nil)
        log.post(.of("two", in: "other"))
        #expect(try log.archive.message(1, in: RoomName("other")) == nil)
        #expect(try log.archive.message(1, in: RoomName("none")) == nil)
    }

    /// Some rooms busy, some nearly silent.
    private func filledLog(
        rooms: Int, events: Int, using generator: inout SeededGenerator
    ) throws -> (OpenLog, [RoomEvent]) {
        let log = try OpenLog(folder)
        let posts = (0..<events).map { number in
            let room = min(Int.random(in: 0..<rooms, using: &generator), Int.random(in: 0..<rooms, using: &generator))
            let length = Int.random(in: 1...300, using: &generator)
            return Post.of("\(number) " + String(repeating: "x", count: length), in: "room-\(room)")
        }
        log.post(posts)
        return (log, log.observer.events)
    }
}
