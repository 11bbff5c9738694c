import Chat
import Testing

@testable import ChatStreams

@Suite struct HubRoomsTests {
    /// One busy room that trims its own tail, while a quiet one holds the oldest frame of all.
    @Test func bookkeeping_StaysInProportionToWhatIsKept() {
        var limits = Hub.Limits()
        limits.roomTailBytes = 1000
        let rooms = HubRooms(limits: limits)
        for id in 1...20_000 as ClosedRange<Int64> {
            let event = RoomEvent.of(EntryID(rawValue: id), in: id == 1 ? "quiet" : "busy")
            _ = rooms.append(
                [(event.room, Frame(event, epoch: Stage.epoch))], head: event.id,
                headBefore: EntryID(rawValue: id - 1))
        }
        #expect(rooms.census.tailBytes <= 1100)
        #expect(rooms.orderCount < 5000)
    }

    @Test func roomThatWasForgotten_DoesNotTakeItsSuccessorAlong() {
        let rooms = HubRooms(limits: Hub.Limits())
        let name = RoomName(stored: "a")
        let former = rooms.room(name, head: 0)
        rooms.forgetIfIdle(former)
        #expect(rooms.find(name) == nil)
        let present = rooms.room(name, head: 0)
        rooms.forgetIfIdle(former)
        #expect(rooms.find(name) === present)
    }
}
