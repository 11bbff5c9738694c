import Chat
import GRDB
import Testing

@testable import ChatStorage

struct HistoryTests {
    let folder = TemporaryFolder()

    /// Ids 1–20: the odd ones in the lobby, the even ones elsewhere.
    private func log() throws -> OpenLog {
        let log = try OpenLog(folder)
        log.post((1...20).map { .of("\($0)", in: $0 % 2 == 1 ? "lobby" : "other") })
        return log
    }

    struct Expected: Sendable {
        let window: HistoryWindow
        var through: EntryID = 20
        let ids: [Int64]
        let before: Bool
        let after: Bool
        let end: EntryID
    }

    @Test(arguments: [
        Expected(window: .latest(limit: 3), ids: [15, 17, 19], before: true, after: false, end: 19),
        Expected(
            window: .latest(limit: 10), ids: Array(stride(from: 1, to: 20, by: 2)), before: false, after: false, end: 19
        ),
        Expected(window: .latest(limit: 2), through: 10, ids: [7, 9], before: true, after: false, end: 9),
        Expected(window: .latest(limit: 2), through: 0, ids: [], before: false, after: false, end: 0),
        Expected(window: .before(7, limit: 2), ids: [3, 5], before: true, after: true, end: 5),
        Expected(window: .before(7, limit: 3), ids: [1, 3, 5], before: false, after: true, end: 5),
        Expected(window: .before(1, limit: 3), ids: [], before: false, after: true, end: 0),
        Expected(window: .before(99, limit: 2), ids: [17, 19], before: true, after: false, end: 19),
        Expected(window: .before(7, limit: 1), through: 6, ids: [5], before: true, after: false, end: 5),
        Expected(window: .after(7, limit: 2), ids: [9, 11], before: true, after: true, end: 11),
        Expected(window: .after(15, limit: 2), ids: [17, 19], before: true, after: false, end: 19),
        Expected(window: .after(19, limit: 2), ids: [], before: true, after: false, end: 19),
        Expected(window: .after(0, limit: 2), ids: [1, 3], before: false, after: true, end: 3),
        Expected(window: .after(0, limit: 5), through: 4, ids: [1, 3], before: false, after: false, end: 3),
        Expected(window: .after(99, limit: 5), ids: [], before: true, after: false, end: 99),
        Expected(window: .around(9, limit: 4), ids: [5, 7, 9, 11], before: true, after: true, end: 11),
        Expected(window: .around(9, limit: 1), ids: [9], before: true, after: true, end: 9),
        Expected(window: .around(1, limit: 4), ids: [1, 3, 5, 7], before: false, after: true, end: 7),
        Expected(window: .around(19, limit: 4), ids: [13, 15, 17, 19], before: true, after: false, end: 19),
        Expected(window: .around(10, limit: 4), ids: [7, 9, 11, 13], before: true, after: true, end: 13),
        Expected(
            window: .around(9, limit: 500), ids: Array(stride(from: 1, to: 20, by: 2)), before: false, after: false,
            end: 19),
        Expected(window: .around(99, limit: 2), ids: [17, 19], before: true, after: false, end: 19),
    ])
    func aWindow_HoldsWhatItShouldAndKnowsItsEnds(expected: Expected) throws {
        let history = try log().archive.messages(in: .lobby, expected.window, through: expected.through)
        #expect(try ids(history) == expected.ids)
        #expect(history.hasMoreBefore == expected.before)
        #expect(history.hasMoreAfter == expected.after)
        #expect(history.end == expected.end)
    }

    @Test func aRoomThatDoesNotExist_HasAnEmptyHistory() throws {
        let log = try log()
        for window: HistoryWindow in [
            .latest(limit: 5), .before(7, limit: 5), .after(7, limit: 5), .around(7, limit: 5),
        ] {
            let history = try log.archive.messages(in: RoomName("none"), window, through: 20)
            #expect(history.messages.isEmpty && !history.hasMoreBefore && !history.hasMoreAfter)
        }
    }

    @Test func eventsOfOtherKinds_AreNoMessages() throws {
        try FrozenSchema.make(
            at: folder.databasePath, adding: "INSERT INTO entries VALUES (4, 1, 3, 'edit', 1, '{}')")
        let history = try OpenLog(folder).archive.messages(in: .lobby, .latest(limit: 1), through: 4)
        #expect(try ids(history) == [3])
        #expect(history.hasMoreBefore)
        let after = try OpenLog(folder).archive.messages(in: .lobby, .after(1, limit: 1), through: 4)
        #expect(!after.hasMoreAfter)
    }

    private func ids(_ history: History) throws -> [Int64] {
        try history.messages.map { try StoredJSON($0).id }
    }
}
