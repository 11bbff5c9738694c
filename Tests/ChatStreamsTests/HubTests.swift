import Chat
import Synchronization
import Testing

@testable import ChatStreams

@Suite struct HubTests {
    @Test(arguments: [false, true])
    func proposers_AreAnswered_OnceTheHeadHasPassedThem(isFollowed: Bool) {
        let stage = Stage()
        let client = stage.open("a")
        let seen = Mutex<[EntryID]>([])
        let events = [RoomEvent.of(1, in: "a")]
        let hub = stage.hub
        hub.committed(
            CommittedBatch(events: events, head: 2, answers: [{ seen.withLock { $0.append(hub.head) } }]),
            isFollowed: isFollowed)
        // A log's thread that has nothing else to do shows the batch itself.
        if !isFollowed { #expect(seen.withLock { $0 } == [2]) }
        stage.waitForHub()
        #expect(seen.withLock { $0 } == [2])
        stage.run(client)
        #expect(client.text.hasSuffix(Expected.message(1)))
    }

    @Test func leaving_CleansTheHub() {
        let stage = Stage(loops: 2)
        let clients = [
            stage.open("a"), stage.open("a", "b"), stage.open("b", "c", loop: 1), stage.open("a", loop: 1),
        ]
        stage.run(clients)
        #expect(stage.hub.census() == Hub.Census(rooms: 3, subscribers: 4, tailBytes: 0))
        for client in [clients[1], clients[3], clients[0], clients[2]] { stage.close(client) }
        #expect(stage.hub.census() == Hub.Census(rooms: 0, subscribers: 0, tailBytes: 0))
        #expect(stage.loops.allSatisfy { $0.streams.subscriberCount == 0 })
    }

    @Test func leavingTwice_IsLeavingOnce() {
        let stage = Stage()
        let stays = stage.open("a")
        let leaves = stage.open("a")
        stage.run(stays, leaves)
        let subscriber = leaves.subscriber!
        stage.close(leaves)
        stage.hub.close(subscriber)
        #expect(stage.hub.census().subscribers == 1)
        stage.commit("a")
        stage.run(stays)
        #expect(stays.text.hasSuffix(Expected.message(1)))
    }

    @Test func tailsOfRoomsWithoutListeners_AreKept_AndForgottenWhenTheyAreEmpty() {
        var limits = Hub.Limits()
        limits.tailBytes = 200
        let stage = Stage(limits: limits)
        stage.commit("a")
        stage.commit("b")
        #expect(stage.hub.census().rooms == 2)
        stage.commit("c", "c", "c", "c")
        #expect(stage.hub.census().rooms == 1)
    }

    @Test func frameLargerThanARoomsTail_LeavesNoRoomBehind() {
        var limits = Hub.Limits()
        limits.roomTailBytes = 100
        let stage = Stage(limits: limits)
        stage.commit("a", padding: 200)
        #expect(stage.hub.census() == Hub.Census(rooms: 0, subscribers: 0, tailBytes: 0))
    }

    @Test func budgets_Hold_AndCopiesOnLoopsFollow() {
        var limits = Hub.Limits()
        limits.tailBytes = 1000
        limits.roomTailBytes = 400
        let stage = Stage(limits: limits)
        let rooms = ["a", "b", "c", "d"]
        let clients = rooms.map { stage.open($0) }
        stage.run(clients)
        let copies = clients.flatMap { $0.subscriber!.mirrors }
        for round in 0..<40 {
            stage.commit(rooms[round % 4], rooms[round / 4 % 4], padding: round * 3)
            stage.loops[0].deliver()
            let tailBytes = stage.hub.census().tailBytes
            #expect(tailBytes <= limits.tailBytes)
            #expect(copies.reduce(0) { $0 + $1.tail.byteCount } == tailBytes)
            #expect(copies.allSatisfy { $0.tail.byteCount <= limits.roomTailBytes })
        }
        #expect(stage.hub.census().tailBytes > 0)
    }

    @Test func whatIsDroppedFirst_IsTheOldestOfAllRooms() {
        var limits = Hub.Limits()
        limits.tailBytes = Expected.message(1).utf8.count * 3
        let stage = Stage(limits: limits)
        let clients = ["a", "b"].map { stage.open($0) }
        stage.run(clients)
        stage.commit("a", "b", "b", "a")
        stage.loops[0].deliver()
        let (a, b) = (clients[0].subscriber!.mirrors[0].tail, clients[1].subscriber!.mirrors[0].tail)
        #expect(a.first?.id == 4)
        #expect(b.first?.id == 2)
        #expect((a.completeAfter, b.completeAfter) == (1, 0))
    }
}
