import Chat
import Testing

@testable import ChatStreams

@Suite struct RoomTailTests {
    private static func frame(_ id: EntryID) -> Frame {
        Frame(RoomEvent.of(id, in: "a"), epoch: Stage.epoch)
    }

    private static func tail(_ ids: [EntryID], completeAfter: EntryID) -> RoomTail {
        var tail = RoomTail(completeAfter: completeAfter)
        for id in ids { tail.append(frame(id)) }
        return tail
    }

    @Test(arguments: [(4, 0), (5, 1), (6, 1), (7, 2), (8, 2), (9, 3), (100, 3)] as [(EntryID, Int)])
    func number_IsOfTheFirstFrameAfterTheID(id: EntryID, number: Int) {
        let tail = Self.tail([5, 7, 9], completeAfter: 4)
        #expect(tail.number(after: id) == number)
    }

    @Test func framesKeepTheirNumbers_WhenOlderOnesAreDropped() {
        var tail = Self.tail([5, 7, 9], completeAfter: 4)
        tail.trim(through: 7)
        #expect(tail.firstNumber == 2)
        #expect(tail.endNumber == 3)
        #expect(tail[2].id == 9)
        #expect(tail.completeAfter == 7)
        #expect(tail.number(after: 8) == 2)
        tail.append(Self.frame(12))
        #expect(tail[3].id == 12)
    }

    @Test func trimming_NeverMakesATailMoreComplete_AndCountsItsBytes() {
        var tail = Self.tail([5, 7], completeAfter: 4)
        #expect(tail.byteCount == Self.frame(5).sse.count * 2)
        tail.trim(through: 3)
        #expect(tail.completeAfter == 4)
        #expect(tail.first?.id == 5)
        tail.trim(through: 20)
        #expect(tail.isEmpty)
        #expect(tail.byteCount == 0)
        #expect(tail.completeAfter == 20)
        #expect(tail.number(after: 20) == tail.endNumber)
    }
}
