import Chat
import Synchronization
import Testing

@testable import ChatStreams

/// What streams have of a room that is deleted: that it is, and nothing of before.
@Suite struct DeletedRoomTests {
    private static let a = RoomName(stored: "a")

    @Test(arguments: [false, true])
    func streamOfThatRoomAlone_IsTold_AndEnds(beginsAnew: Bool) {
        let stage = Stage()
        let client = stage.open("a")
        stage.run(client)
        stage.commit("a")
        stage.run(client)
        stage.delete("a", beginningAnew: beginsAnew)
        stage.commit("a")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(at: 0) + Expected.caughtUp(replayed: 0) + Expected.message(1)
                + Expected.deletion(2) + Expected.deleted)
        #expect(client.ending == .end)
    }

    @Test func streamOfSeveralRooms_IsTold_AndGoesOnWithoutIt() {
        let stage = Stage(loops: 2)
        let clients = (0..<2).map { stage.open(["a", "b"].map(RoomName.init(stored:)), from: .head, loop: $0) }
        stage.run(clients)
        stage.delete("a", beginningAnew: true)
        stage.commit("b", "a", "b")
        stage.run(clients)
        for client in clients {
            #expect(
                client.text == Expected.welcome(["a", "b"], at: 0) + Expected.caughtUp(["a", "b"], replayed: 0)
                    + Expected.deletion(1) + Expected.message(3, "b") + Expected.message(5, "b"))
            #expect(client.ending == nil)
        }
        // It ends when the last of its rooms does.
        stage.delete("b")
        stage.run(clients)
        for client in clients { #expect(client.text.hasSuffix(Expected.deletion(6, "b") + Expected.deleted)) }
    }

    @Test func streamOfEveryRoom_IsTold_AndGoesOnWithTheNext() {
        let stage = Stage()
        let client = stage.open([.every], from: .head, loop: 0)
        stage.run(client)
        stage.delete("a", beginningAnew: true)
        stage.commit("a")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(["*"], at: 0) + Expected.caughtUp(["*"], replayed: 0) + Expected.deletion(1)
                + Expected.message(2) + Expected.message(3))
    }

    /// What a reader had not taken yet is not copied after all: not from a tail, nor from its copy on a loop, nor from a page.
    @Test(arguments: [["a"], ["a", "b"], ["*"]], [false, true])
    func slowReader_GetsNothingOfBefore(rooms: [String], isOnAPage: Bool) {
        let stage = Stage(stored: isOnAPage ? ["a", "a", "a"] : [])
        let client = stage.open(
            rooms.map(RoomName.init(stored:)), from: isOnAPage ? .resume(after: 0) : .head, loop: 0)
        if isOnAPage {
            // As far as the first message of the page, and a part of the next.
            stage.loops[0].settle()
            while !client.text.contains(Expected.message(1)) {
                client.read(1)
                stage.loops[0].settle()
            }
            client.read(5)
        } else {
            stage.run(client)
            stage.commit("a", "a", "a")
        }
        stage.delete("a")
        stage.run(client)
        let shown = isOnAPage ? Expected.message(1) + Expected.message(2) : ""
        #expect(
            client.text.contains(
                shown + (isOnAPage ? Expected.caughtUp(rooms, replayed: 2) : "") + Expected.deletion(4)))
        #expect(client.text.components(of: "event: message") == (isOnAPage ? 2 : 0))
    }

    @Test(arguments: [["a"], ["a", "b"], ["*"]])
    func cursorFromBefore_IsFollowedByTheDeletion_AndTheNextRoom(rooms: [String]) {
        let stage = Stage()
        stage.commit("a", "a", "a")
        stage.delete("a")
        stage.commit("a")
        for position: EntryID in [0, 2, 3] {
            let client = stage.open(rooms.map(RoomName.init(stored:)), from: .resume(after: position), loop: 0)
            stage.run(client)
            #expect(
                client.text == Expected.welcome(rooms, at: position, resumed: true) + Expected.deletion(4)
                    + Expected.message(5) + Expected.caughtUp(rooms, replayed: 2))
            #expect(client.ending == nil)
        }
    }

    @Test func streamOfTheNameFromThenOn_IsInTheNextRoom() {
        let stage = Stage()
        let before = stage.open("a")
        stage.commit("a")
        stage.delete("a")
        let after = stage.open("a")
        stage.commit("a")
        stage.run(before, after)
        #expect(after.text == Expected.welcome(at: 2) + Expected.caughtUp(replayed: 0) + Expected.message(3))
        #expect(after.ending == nil)
        // What is deleted then ends it, too.
        stage.delete("a")
        stage.run(after)
        #expect(after.text.hasSuffix(Expected.message(3) + Expected.deletion(4) + Expected.deleted))
        stage.close(before)
        stage.close(after)
        #expect(stage.hub.census().subscribers == 0)
    }

    @Test func presence_EndsWithTheRoom() {
        let stage = Stage()
        let ann = stage.open([Self.a], from: .head, loop: 0, attendance: .listed)
        stage.run(ann)
        #expect(stage.hub.people(in: Self.a).map(\.name) == ["ann"])
        stage.delete("a")
        #expect(stage.hub.people(in: Self.a).isEmpty)
        let bob = stage.open([Self.a], from: .head, loop: 0, attendance: .listed, user: "bob")
        stage.run(ann, bob)
        // Closing the old stream says nothing about the new room.
        stage.close(ann)
        #expect(stage.hub.people(in: Self.a).map(\.name) == ["bob"])
        #expect(!bob.text.contains("\"ann\""))
    }

    /// Other servers of the log are told that they have left; those at other servers leave when these say so.
    @Test func presence_OfOtherServers_IsLeftToThem() {
        final class Observer: PresenceObserver {
            let told = Mutex<[String]>([])
            func arrived(_ person: Person, in room: RoomName) { told.withLock { $0.append("+\(person.name)") } }
            func left(_ person: Person, in room: RoomName, lingers: Bool) {
                told.withLock { $0.append("-\(person.name) \(lingers)") }
            }
            func types(_ user: String, in room: RoomName) {}
        }
        var limits = Hub.Limits()
        limits.presence = Presence.Limits(spacing: 10)
        let stage = Stage(limits: limits)
        let observer = Observer()
        stage.hub.observePresence(with: observer)
        let ann = stage.open([Self.a], from: .head, loop: 0, attendance: .listed)
        stage.hub.arrivedElsewhere([(Self.a, Person(name: "eve", isGuest: true))])
        stage.delete("a")
        // The name may be anybody's now: nobody of before is told, wherever they are.
        #expect(stage.hub.people(in: Self.a).isEmpty)
        stage.run(ann)
        stage.close(ann)
        #expect(observer.told.withLock { $0 } == ["+ann", "-ann false"])
        let bob = stage.open([Self.a], from: .head, loop: 0, attendance: .listed, user: "bob")
        stage.run(bob)
        #expect(stage.hub.people(in: Self.a).map(\.name) == ["bob"])
        // Who comes to the next room is told, and stays when those of before leave.
        stage.hub.arrivedElsewhere([(Self.a, Person(name: "eve", isGuest: true))])
        stage.hub.leftElsewhere([(Self.a, Person(name: "eve", isGuest: true))], lingers: false)
        // With what would be told of the others.
        #expect(
            eventually {
                stage.run(bob)
                return bob.text.contains("\"eve\"")
            })
        #expect(Set(stage.hub.people(in: Self.a).map(\.name)) == ["bob", "eve"])
        #expect(!bob.text.contains("\"ann\"") && !bob.text.contains("left\":[\""), "\(bob.text)")
    }

    /// Another server of the log has handed out the cursor; this one comes to the deletion later.
    @Test(arguments: [["a"], ["a", "b"]])
    func cursorOfTheDeletion_AheadOfHead_IsFollowedByTheNextRoom(rooms: [String]) {
        let stage = Stage()
        let client = stage.open(rooms.map(RoomName.init(stored:)), from: .resume(after: 1), loop: 0)
        stage.delete("a")
        stage.commit("a")
        stage.run(client)
        #expect(
            client.text == Expected.welcome(rooms, at: 1, resumed: true) + Expected.caughtUp(rooms, replayed: 0)
                + Expected.message(2))
    }

    @Test func waiting_EndsWithTheRoom() {
        let stage = Stage()
        let outcomes = Mutex<[String]>([])
        for (room, awaited) in [("a", Awaited.message(after: 0)), ("a", .reply(to: 1)), ("b", .message(after: 0))] {
            stage.hub.watch(
                RoomName(stored: room), for: awaited, seconds: 30, ticket: WatchTicket(), began: { _ in },
                completion: { outcome in outcomes.withLock { $0.append("\(room) \(outcome)") } })
        }
        stage.delete("a")
        #expect(outcomes.withLock { $0 } == ["a gone", "a gone"])
        #expect(stage.hub.watchCount == 1)
    }

    /// With its rules a private room's name is everybody's: nothing that anybody still holds of it must be.
    @Test(arguments: [false, true])
    func privateRoom_IsNobodyElses_WhenItsRulesAreGone(isOnTheLoop: Bool) throws {
        let stage = Stage()
        let account = AccountID(rawValue: 1)
        let room = RoomName(stored: "a")
        var settings = RoomSettings(room)
        settings.visibility = .private
        let invite = AccessAction.Work.createAccount(
            name: "ann", key: "ann", role: .member, passwordHash: "h", invite: nil)
        let made = try AccessState().decide(
            AccessAction(invite, by: .operator, at: .now()), at: EntryID(rawValue: 1), roomExists: false)
        let records: [AccessRecord] = [
            .room(settings), .membership(Membership(room: room, account: account, role: .owner)),
        ]
        let changes = made.changes + records.map { .put($0) }
        var state = AccessState()
        for change in changes { state.make(change) }
        stage.hub.access.make(changes, takesAway: false)
        func reader(_ asker: Asker) -> ReaderAccess { ReaderAccess(asker, in: stage.hub.access, now: Timestamp.now) }
        let guest = stage.open([.every], from: .head, loop: 0, access: reader(.anyGuest))
        let member = stage.open(
            [.every], from: .head, loop: 0,
            access: reader(Asker(.account(account, named: "ann"), by: .password(hash: "h", account))))
        // Both are on a tail of all rooms that holds what only one may read, and have read nothing of it.
        stage.commit("a", "b", "a")
        if isOnTheLoop { stage.loops[0].settle() }
        let action = AccessAction(.deleteRoom(room), by: .account(account), at: .now())
        stage.delete("a", access: try state.decide(action, at: 4, roomExists: true).changes)
        // The loop may come to it later than the readers.
        if isOnTheLoop { for client in [guest, member] { client.readAll() } }
        stage.commit("a")
        stage.run(guest, member)
        #expect(
            guest.text == Expected.welcome(["*"], at: 0) + Expected.caughtUp(["*"], replayed: 0)
                + Expected.message(2, "b") + Expected.message(5))
        #expect(
            member.text == Expected.welcome(["*"], at: 0) + Expected.caughtUp(["*"], replayed: 0)
                + Expected.message(2, "b") + Expected.deletion(4) + Expected.message(5))
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
